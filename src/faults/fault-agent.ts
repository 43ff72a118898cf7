import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ExitCode } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { FaultEngine } from '../journal/fault-entry.js';
import type { PlannedFault } from '../scenario/faults/fault-plan.js';
import type { AgentOrder, AgentReport, PreparedProxy } from './agent-messages.js';
import { compiledEntry } from './compiled-entry.js';
import type { ProxyCounters } from './toxiproxy-driver.js';

export type FaultAgentOptions = Omit<Extract<AgentOrder, { readonly order: 'prepare' }>, 'order'>;

/** What a drive is told by the agent. */
export type DriveReport = Extract<AgentReport, { readonly report: 'fault' | 'proxy' | 'note' }>;

/** The agent's end of the pipe: a detached process that carries out faults, and takes all of them off when we are gone. */
export interface FaultAgent {
  readonly pid: number;
  readonly engine: FaultEngine;
  readonly proxies: readonly PreparedProxy[];
  /** By dependency; undefined at a real Toxiproxy. */
  count(): Promise<Readonly<Record<string, ProxyCounters>> | undefined>;
  /** Carries out faults at their time; whatever happens is told until the next schedule. */
  schedule(startedAtMs: number, faults: readonly PlannedFault[], onReport: (report: DriveReport) => void): void;
  /** Takes every fault off now. @returns what could not be taken off, in words. Never rejects. */
  lift(): Promise<readonly string[]>;
  /** Lifts, deletes the proxies that were made, ends the agent. @returns what stayed, in words. Idempotent; never rejects. */
  close(): Promise<readonly string[]>;
}

/** Longest that the agent may take for its clean-up before it is given up: every call of it is limited. */
const END_LIMIT_MS = 30_000;
const GONE = 'the fault agent is gone; the faults it had started are listed in faults.json';

/**
 * Starts the fault agent and has it prepare its proxies.
 * @throws PlimsollError: 7 when the engine cannot be had, 8 when a port is taken.
 */
export async function startFaultAgent(options: FaultAgentOptions): Promise<FaultAgent> {
  const entry = compiledEntry(fileURLToPath(new URL('./agent-main.js', import.meta.url)));
  // A session of its own: neither Ctrl-C nor a kill of our process group reaches it.
  const child = spawn(process.execPath, [entry], { detached: true, stdio: ['pipe', 'pipe', 'ignore'], cwd: '/' });
  const { stdin, stdout, pid } = child;
  if (pid === undefined) throw new PlimsollError('the fault agent could not be started', 'machine');
  stdin.on('error', () => undefined);
  let onReport: (report: DriveReport) => void = () => undefined;
  const waiting = new Map<AgentReport['report'] | 'gone', ((report: AgentReport | undefined) => void)[]>();
  let gone = false;
  let closing: Promise<readonly string[]> | undefined;
  const answer = (kinds: readonly AgentReport['report'][], report: AgentReport | undefined): void => {
    for (const kind of kinds) for (const tell of waiting.get(kind)?.splice(0) ?? []) tell(report);
  };
  createInterface({ input: stdout }).on('line', (line) => {
    const report = JSON.parse(line) as AgentReport;
    if (report.report === 'fault' || report.report === 'proxy' || report.report === 'note') onReport(report);
    else answer([report.report], report);
  });
  child.once('close', () => {
    gone = true;
    if (closing === undefined) {
      const text = `${GONE}; from here on the figures say nothing about faults`;
      onReport({ report: 'note', atMs: Date.now(), level: 'error', code: 'fault-engine-lost', text });
    }
    answer(['prepared', 'refused', 'counted', 'lifted', 'ended'], undefined);
  });
  const order = (what: AgentOrder): void => void stdin.write(`${JSON.stringify(what)}\n`);
  const next = <K extends AgentReport['report']>(...kinds: readonly K[]) =>
    new Promise<Extract<AgentReport, { readonly report: K }> | undefined>((resolve) => {
      if (gone) return resolve(undefined);
      for (const kind of kinds) {
        const list = waiting.get(kind) ?? [];
        list.push((report) => resolve(report as Extract<AgentReport, { readonly report: K }> | undefined));
        waiting.set(kind, list);
      }
    });
  const close = (): Promise<readonly string[]> => {
    closing ??= (async () => {
      const limit = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS);
      const ended = next('ended');
      order({ order: 'end' });
      const left = (await ended)?.left ?? [GONE];
      clearTimeout(limit);
      if (!gone) await new Promise((resolve) => child.once('close', resolve));
      return left;
    })();
    return closing;
  };

  const prepared = next('prepared', 'refused');
  order({ order: 'prepare', ...options });
  const report = await prepared;
  if (report === undefined || report.report === 'refused') {
    await close();
    if (report === undefined) throw new PlimsollError('the fault agent ended before it was ready', 'faultEngine');
    const { message, hint, exitCode } = report;
    throw new PlimsollError(message, exitCode as ExitCode, { hint });
  }
  return {
    pid,
    engine: report.engine,
    proxies: report.proxies,
    count: async () => {
      const counted = next('counted');
      order({ order: 'count' });
      return (await counted)?.counters;
    },
    schedule: (startedAtMs, faults, tell) => {
      onReport = tell;
      order({ order: 'schedule', startedAtMs, faults });
    },
    lift: async () => {
      const lifted = next('lifted');
      order({ order: 'lift' });
      return (await lifted)?.left ?? [GONE];
    },
    close,
  };
}
