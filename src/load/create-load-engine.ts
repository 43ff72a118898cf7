import { availableParallelism } from 'node:os';
import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { DriverCounters, EndpointDescription } from '../mcp/driver.js';
import type { ServerOutput, ServerProcessEvent } from '../mcp/server-process-event.js';
import type { Scenario } from '../scenario/scenario.js';
import { toolsOf } from './call-plan.js';
import { CellTable } from './cell-table.js';
import type { Drive, DriveEnd, DriveEntry, DriveSpec, LoadEngine } from './load-engine.js';
import { partOf, type Share, workerShare } from './schedule.js';
import type { ThreadReport } from './thread-messages.js';
import { type StartThread, startThread, type ThreadPort } from './thread-port.js';
import { workerCount } from './worker-count.js';

export interface LoadEngineOptions {
  /** Target, sessions, slots and threads are taken from it; each drive brings a scenario of its own for the rest. */
  readonly scenario: Scenario;
  /** Share of slots and sessions that this process takes. Default: all. */
  readonly shard?: Share;
  /** Default: the scenario's `load.workers`. */
  readonly workers?: number;
  /** The token of `target.auth`, to start with. */
  readonly token?: string;
  /** stdio: told what server processes print to their standard error. */
  readonly onServerOutput?: ServerOutput;
  /** Default: real threads. */
  readonly startThread?: StartThread;
}

/** From the order to drive until the first phase starts: time for every thread to get ready. */
const LEAD_MS = 200;
/** How long the threads may take to end their sessions before they are ended themselves. */
const CLOSE_MS = 6000;

/** Makes the load threads' keeper. Nothing is started before `open`. */
export function createLoadEngine(options: LoadEngineOptions): LoadEngine & { readonly workers: number } {
  return new ThreadedEngine(options);
}

/** Ends of server processes that are told one by one; those beyond are counted. */
const TOLD_ENDS = 20;

interface Running {
  readonly onSecond: (report: Extract<ThreadReport, { type: 'second' }>) => void;
  readonly onProcessEnd: (text: string) => void;
  readonly onTally: (report: Extract<ThreadReport, { type: 'tally' }>) => void;
  readonly onEnded: (worker: number, report: Extract<ThreadReport, { type: 'ended' }>) => void;
  readonly onBreak: (error: PlimsollError) => void;
}

class ThreadedEngine implements LoadEngine {
  readonly workers: number;
  readonly #options: LoadEngineOptions;
  readonly #shard: Share;
  #threads: ThreadPort[] = [];
  #endpoints: readonly EndpointDescription[] = [];
  #waiting: { resolve(report: ThreadReport): void; reject(error: PlimsollError): void }[] = [];
  #running: Running | undefined;
  readonly #serverProcesses = new Set<number>();
  #broken: PlimsollError | undefined;

  constructor(options: LoadEngineOptions) {
    this.#options = options;
    this.#shard = options.shard ?? { index: 0, count: 1 };
    this.workers = options.workers ?? workerCount(options.scenario, availableParallelism());
  }

  async open(): Promise<readonly EndpointDescription[]> {
    const { scenario } = this.#options;
    const start = this.#options.startThread ?? startThread;
    const shares = Array.from({ length: this.workers }, (_, worker) => workerShare(this.#shard, worker, this.workers));
    try {
      const opened = await Promise.all(
        shares.map((share, worker) => {
          const thread = start(
            {
              worker,
              data: scenario.data,
              driver: {
                target: scenario.target,
                classify: scenario.classify,
                ...(scenario.client === undefined ? {} : { client: scenario.client }),
                ...(this.#options.token === undefined ? {} : { token: this.#options.token }),
                ...(scenario.tenants === undefined ? {} : { tenants: scenario.tenants }),
                maxInFlight: Math.max(1, partOf(scenario.load.maxInFlight, share)),
                worker,
                ...(scenario.sessions.calls === undefined ? {} : { sessionCalls: scenario.sessions.calls }),
                ...(scenario.sessions.stream === undefined ? {} : { stream: true }),
              },
            },
            { onReport: (report) => this.#hear(worker, report), onBreak: (error) => this.#break(error) },
          );
          this.#threads.push(thread);
          const answer = this.#answerOf(worker);
          thread.send({ type: 'open', sessions: Math.max(1, partOf(scenario.sessions.count, share)) });
          return answer;
        }),
      );
      for (const report of opened) if (report.type === 'opened') this.#endpoints = report.endpoints;
      return this.#endpoints;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  drive(spec: DriveSpec, onEntry: (entry: DriveEntry) => void): Drive {
    if (this.#broken !== undefined) throw this.#broken;
    if (this.#running !== undefined || this.#endpoints.length === 0) {
      throw new PlimsollError('one drive at a time, on an open engine', EXIT.internalError);
    }
    const { scenario, timeline, watch } = spec;
    const cells = new CellTable(
      toolsOf(scenario),
      this.#endpoints.map(({ endpoint }) => endpoint),
      scenario.tenants?.map(({ name }) => name),
    );
    const named = new Set<number>();
    const originNs = process.hrtime.bigint() + BigInt(LEAD_MS * 1e6);
    const startedAtMs = Date.now() + LEAD_MS;
    let reason: DriveEnd['reason'] = 'completed';
    let processEnds = 0;
    const ended = new Promise<DriveEnd>((resolve, reject) => {
      const ends: Extract<ThreadReport, { type: 'ended' }>[] = [];
      this.#running = {
        onSecond: ({ second, samples }) => {
          for (const { cell } of second.cells) {
            if (named.has(cell)) continue;
            named.add(cell);
            onEntry(cells.entry(cell));
          }
          onEntry(second);
          for (const sample of samples) onEntry(sample);
        },
        onProcessEnd: (text) => {
          if (++processEnds > TOLD_ENDS) return;
          const more = processEnds === TOLD_ENDS ? '; further ones are not told' : '';
          const t = Math.max(0, Number(process.hrtime.bigint() - originNs) / 1e9);
          onEntry({ type: 'note', t, level: 'warning', code: 'server-process-ended', text: `${text}${more}` });
        },
        onTally: ({ tally }) => watch?.onTally(tally),
        onEnded: (_, report) => {
          ends.push(report);
          if (ends.length < this.#threads.length) return;
          this.#running = undefined;
          const endedS = Math.max(...ends.map((end) => end.endedS));
          resolve({ reason, endedS, counters: ends.map(({ counters }) => counters).reduce(sumOf) });
        },
        onBreak: (error) => {
          this.#running = undefined;
          reject(error);
        },
      };
    });
    const { data, ...rest } = scenario;
    const lean = data === this.#options.scenario.data ? rest : scenario;
    const tally = watch === undefined ? {} : { tally: { everyMs: watch.everyMs, ages: watch.ages } };
    for (const [worker, thread] of this.#threads.entries()) {
      const share = workerShare(spec.shard, worker, this.workers);
      thread.send({ type: 'drive', scenario: lean, timeline, share, originNs, ...tally });
    }
    return {
      startedAtMs,
      ended,
      stop: (how, why) => {
        if (reason === 'completed') reason = why;
        for (const thread of this.#threads) thread.send({ type: 'stop', how });
      },
    };
  }

  setToken(token: string | undefined): void {
    for (const thread of this.#threads) thread.send({ type: 'token', token });
  }

  serverProcesses(): readonly number[] {
    return [...this.#serverProcesses];
  }

  async close(): Promise<void> {
    const threads = this.#threads;
    this.#threads = [];
    this.#running = undefined;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS);
    });
    const closed = Promise.allSettled(
      threads.map((thread, worker) => {
        const answer = this.#answerOf(worker);
        thread.send({ type: 'close' });
        return answer;
      }),
    );
    if (this.#broken === undefined) await Promise.race([closed, late]);
    clearTimeout(timer);
    await Promise.all(threads.map((thread) => thread.end()));
  }

  #answerOf(worker: number): Promise<ThreadReport> {
    return new Promise((resolve, reject) => {
      this.#waiting[worker] = { resolve, reject };
    });
  }

  #hear(worker: number, report: ThreadReport): void {
    if (report.type === 'second') this.#running?.onSecond(report);
    else if (report.type === 'tally') this.#running?.onTally(report);
    else if (report.type === 'ended') this.#running?.onEnded(worker, report);
    else if (report.type === 'process') this.#hearProcess(report.event);
    else if (report.type === 'failed') {
      const { message, exitCode, hint, stack } = report;
      const details = { ...(hint === undefined ? {} : { hint }), ...(stack === undefined ? {} : { cause: stack }) };
      const error = new PlimsollError(message, exitCode, details);
      if (this.#running === undefined) this.#waiting[worker]?.reject(error);
      else this.#running.onBreak(error);
    } else this.#waiting[worker]?.resolve(report);
  }

  #hearProcess(event: ServerProcessEvent): void {
    const { pid } = event;
    if (event.type === 'printed') this.#options.onServerOutput?.(pid, event.lines);
    else if (event.type === 'started') this.#serverProcesses.add(pid);
    else {
      this.#serverProcesses.delete(pid);
      if (event.text !== undefined) this.#running?.onProcessEnd(event.text);
    }
  }

  #break(error: PlimsollError): void {
    this.#broken = error;
    for (const waiting of this.#waiting) waiting?.reject(error);
    this.#running?.onBreak(error);
  }
}

function sumOf(a: DriverCounters, b: DriverCounters): DriverCounters {
  const warnings: Record<string, number> = { ...a.warnings };
  for (const [name, count] of Object.entries(b.warnings)) warnings[name] = (warnings[name] ?? 0) + count;
  return {
    connectionsOpened: a.connectionsOpened + b.connectionsOpened,
    connectionsReused: a.connectionsReused + b.connectionsReused,
    sessionsOpened: a.sessionsOpened + b.sessionsOpened,
    sessionsLost: a.sessionsLost + b.sessionsLost,
    warnings,
    ...(a.streams === undefined || b.streams === undefined
      ? {}
      : {
          streams: {
            open: a.streams.open + b.streams.open,
            opened: a.streams.opened + b.streams.opened,
            lost: a.streams.lost + b.streams.lost,
            messages: a.streams.messages + b.streams.messages,
          },
        }),
  };
}
