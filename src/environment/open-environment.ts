import { setTimeout as wait } from 'node:timers/promises';
import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { FaultAgent } from '../faults/fault-agent.js';
import { createLoadEngine } from '../load/create-load-engine.js';
import type { Drive, LoadEngine } from '../load/load-engine.js';
import type { EndpointDescription } from '../mcp/driver.js';
import type { ServerOutput } from '../mcp/server-process-event.js';
import type { Scenario } from '../scenario/scenario.js';
import { type Signals, startSignals } from '../signals/signals.js';
import { startWatchdog, type Watchdog } from '../watchdog/watchdog.js';
import { carryFaults } from './carry-faults.js';
import { deadDependency } from './dead-dependency.js';
import type { Environment, EnvironmentOptions, HeldFaults } from './environment.js';
import { holdFaults } from './hold-faults.js';
import { OutputLog } from './output-log.js';
import { preflight } from './preflight.js';
import { foreignToxicNotes, isNearby, type ProxiedDependencies, startProxies } from './proxied-dependencies.js';
import { provePaths, refuseDeadUpstreams } from './proxied-paths.js';
import { refuseTakenPorts, waitUntilReady } from './ready-wait.js';
import { type ServerProcess, startServerProcess } from './server-process.js';
import { watchServerSockets } from './server-sockets.js';
import { openSharedToken, type SharedToken } from './shared-token.js';
import { destructiveNotes, refuseUnknownTools } from './tool-checks.js';

/** The parts with threads; tests put others in their place. */
export interface EnvironmentParts {
  /**
   * @param token of `target.auth`, to start with
   * @param onServerOutput stdio: told what server processes print
   */
  createEngine(scenario: Scenario, token?: string, onServerOutput?: ServerOutput): LoadEngine;
}

const realParts: EnvironmentParts = {
  createEngine: (scenario, token, onServerOutput) =>
    createLoadEngine({
      scenario,
      ...(token === undefined ? {} : { token }),
      ...(onServerOutput === undefined ? {} : { onServerOutput }),
    }),
};

const never = new Promise<string>(() => {});

/**
 * Opens what outlives a drive: the server under test where the scenario has one (with a watchdog that stops it should we die), the load
 * threads with their sessions, and the checks before any load. Whatever fails, what was opened is closed again.
 * @throws PlimsollError: 6 for a target that cannot be loaded, 7 for faults that cannot be carried out, 8 for a port that is taken.
 */
export async function openEnvironment(
  scenario: Scenario,
  options: EnvironmentOptions,
  parts: EnvironmentParts = realParts,
): Promise<Environment> {
  const { target } = scenario;
  const { signal } = options;
  const redact = options.redact ?? ((text: string) => text);
  const onStep = (text: string): void => options.onStep(redact(text));
  let watchdog: Watchdog | undefined;
  let child: ServerProcess | undefined;
  let engine: LoadEngine | undefined;
  /** What was being done since the server was ready, in words. */
  let stage: string | undefined;
  let agent: FaultAgent | undefined;
  let token: SharedToken | undefined;
  // A process for each session: what they print goes into one file, each line under its pid.
  const output = target.transport === 'stdio' ? new OutputLog(options.serverLog, redact) : undefined;
  const onServerOutput =
    output && ((pid: number, lines: readonly string[]) => output.add(lines.map((line) => `[${pid}] ${line}`)));
  let closing: Promise<readonly string[]> | undefined;
  const running = new Set<Signals>();
  const close = (): Promise<readonly string[]> => {
    closing ??= (async () => {
      await settled(Promise.all([...running].map((signals) => signals.stop())));
      // Sessions first: a server that is gone cannot be told that they end.
      token?.close();
      await settled(engine?.close());
      await settled(child?.stop());
      output?.close();
      // Last, so that the server never loses its way to what it depends on.
      const left = (await agent?.close()) ?? [];
      if (left.length > 0) onStep(`could not be cleaned up: ${left.join('; ')}`);
      watchdog?.dismiss();
      return left.map(redact);
    })();
    return closing;
  };
  const goOn = (): void => {
    if (signal.aborted) throw new PlimsollError('stopped before the load started', EXIT.interrupted);
  };

  try {
    if (target.server !== undefined) await refuseTakenPorts(target);
    if (Object.keys(scenario.dependencies).length > 0) {
      agent = await startProxies(scenario, options);
      goOn();
    }
    if (target.server !== undefined) {
      watchdog = startWatchdog();
      onStep(`starting ${target.server.command.join(' ')}`);
      child = await startServerProcess(target.server, {
        watchdog,
        redact,
        ...(options.serverLog === undefined ? {} : { log: options.serverLog }),
      });
      await waitUntilReady(target, child, signal);
      goOn();
      onStep(`the server under test is ready (pid ${child.pid})`);
    }
    stage = 'while a token was fetched';
    token = await openSharedToken(target, options.keepSecret ?? (() => {}));
    if (token !== undefined) onStep(token.before.map(({ text }) => text).join('; '));
    goOn();
    const opened = parts.createEngine(scenario, token?.current(), onServerOutput);
    engine = opened;
    token?.follow((value) => opened.setToken?.(value));
    stage = `while ${scenario.sessions.count === 1 ? 'a session was' : `${scenario.sessions.count} sessions were`} opened`;
    const endpoints = await engine.open();
    goOn();
    for (const endpoint of endpoints) onStep(describe(endpoint, scenario.sessions.count, target.transport === 'stdio'));
    refuseUnknownTools(scenario, endpoints);
    if (agent !== undefined && isNearby(agent)) await refuseDeadUpstreams(scenario);
    const sockets = watchServerSockets(agent === undefined ? undefined : (child?.pid ?? target.pid));
    stage = 'at the preflight calls';
    try {
      await preflight(scenario, endpoints, signal, token, onServerOutput);
    } finally {
      sockets.end();
    }
    goOn();
    const faults: ProxiedDependencies | undefined =
      agent === undefined
        ? undefined
        : { agent, line: { engine: agent.engine, proxiedPaths: await provePaths(scenario, agent, sockets.end()) } };
    return environmentOf(scenario, { endpoints, engine, child, running, faults, token, close });
  } catch (error) {
    const told =
      (engine === undefined ? await deadDependency(error, scenario, agent) : undefined) ?? (await causeOf(error, child, stage));
    const left = await close();
    if (left.length > 0) {
      const text = `${(told as Error).message}; and faults could not be cleaned up: ${left.join('; ')}`;
      throw redacted(new PlimsollError(text, EXIT.faultEngine, { hint: RESTART, cause: told }), redact);
    }
    throw told instanceof PlimsollError ? redacted(told, redact) : told;
  }
}

const RESTART = 'restart that Toxiproxy: it keeps its faults in memory alone';

/** What a target's error comes from when its server is gone: that. */
async function causeOf(error: unknown, child: ServerProcess | undefined, stage: string | undefined): Promise<unknown> {
  if (child === undefined || stage === undefined) return error;
  if (!(error instanceof PlimsollError) || error.exitCode !== EXIT.target) return error;
  // Its sockets close a moment before we hear of its end.
  const sentence = await Promise.race([child.exited, wait(child.gone ? 1000 : 300, undefined, { ref: false })]);
  return sentence === undefined ? error : new PlimsollError(`${sentence}, ${stage}`, EXIT.target, { cause: error });
}

function redacted(error: PlimsollError, redact: (text: string) => string): PlimsollError {
  const { hint, cause } = error.details;
  return new PlimsollError(redact(error.message), error.exitCode, {
    ...(hint === undefined ? {} : { hint: redact(hint) }),
    ...(cause === undefined ? {} : { cause }),
  });
}

interface Opened {
  readonly endpoints: readonly EndpointDescription[];
  readonly engine: LoadEngine;
  readonly child: ServerProcess | undefined;
  /** Signals of the drives that go on. */
  readonly running: Set<Signals>;
  readonly faults: ProxiedDependencies | undefined;
  readonly token: SharedToken | undefined;
  readonly close: () => Promise<readonly string[]>;
}

function environmentOf(opened: Scenario, { endpoints, engine, child, running, faults, token, close }: Opened): Environment {
  const { target } = opened;
  const pid = child?.pid ?? target.pid;
  let held: HeldFaults | undefined;
  return {
    endpoints,
    workers: engine.workers,
    notes: [
      ...insecureNotes(target),
      ...(token?.before ?? []),
      ...destructiveNotes(opened, endpoints),
      ...foreignToxicNotes(faults),
    ],
    ...(faults === undefined ? {} : { faults: faults.line }),
    serverExited: child?.exited ?? never,
    ...(pid === undefined ? {} : { pid }),
    holdFaults: async (scenario, originMs, onEntry) => {
      if (faults === undefined || held !== undefined) {
        throw new PlimsollError('faults are held once, and where the scenario has dependencies', EXIT.internalError);
      }
      const holding = await holdFaults(faults.agent, scenario, originMs, onEntry);
      held = {
        release: async () => {
          await holding.release();
          held = undefined;
        },
      };
      return held;
    },
    drive: (scenario, timeline, onEntry, watch): Drive => {
      const spec = { scenario, timeline, shard: { index: 0, count: 1 }, ...(watch === undefined ? {} : { watch }) };
      const drive = engine.drive(spec, onEntry);
      // From here on by a clock that nobody sets.
      const originMs = performance.now() + drive.startedAtMs - Date.now();
      const signals = startSignals(
        {
          nowS: () => (performance.now() - originMs) / 1000,
          ...(target.health === undefined ? {} : { health: target.health }),
          ...(target.metrics === undefined ? {} : { metrics: target.metrics }),
          ...(target.tls === undefined ? {} : { tls: target.tls }),
          ...(pid === undefined ? {} : { pid }),
          ...(pid === undefined && target.transport === 'stdio' && engine.serverProcesses !== undefined
            ? { pids: () => engine.serverProcesses?.() ?? [] }
            : {}),
        },
        onEntry,
      );
      running.add(signals);
      token?.listen((note) => onEntry({ type: 'note', t: Math.max(0, (performance.now() - originMs) / 1000), ...note }));
      const carried =
        faults === undefined || held !== undefined ? undefined : carryFaults(faults.agent, scenario, drive.startedAtMs, onEntry);
      return {
        startedAtMs: drive.startedAtMs,
        // Nothing may be told of a drive that has ended.
        ended: drive.ended.finally(async () => {
          token?.listen(undefined);
          await Promise.all([carried?.stop(), signals.stop()]);
          running.delete(signals);
        }),
        stop: (how, reason) => {
          drive.stop(how, reason);
          void carried?.stop();
        },
      };
    },
    close,
  };
}

/** Whoever reads the figures should know that anybody could have stood in for the server. */
const insecureNotes = ({ tls, urls }: Scenario['target']): Environment['notes'] =>
  tls?.insecure === true && urls.some((url) => url.startsWith('https:'))
    ? [{ level: 'warning', code: 'tls-insecure', text: 'target.tls.insecure: the certificate of the server was not checked' }]
    : [];

const describe = (
  { endpoint, era, protocolVersion, stateful, serverName, probe }: EndpointDescription,
  sessions: number,
  processes: boolean,
): string => {
  const name = serverName === undefined ? '' : ` (${serverName})`;
  const opened = processes ? `${sessions} server processes` : `${sessions} sessions`;
  const how = !processes && (era === 'modern' || !stateful) ? 'no sessions' : opened;
  return `${endpoint}${name}: MCP ${protocolVersion}, ${how}${probe === undefined ? '' : `; ${probe}`}`;
};

async function settled(work: Promise<unknown> | undefined): Promise<void> {
  try {
    await work;
  } catch {
    // Closing goes on with the rest: a part that cannot be closed must not keep the server alive.
  }
}
