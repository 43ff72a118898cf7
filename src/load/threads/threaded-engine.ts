import { availableParallelism } from 'node:os';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { DriverCounters, EndpointDescription } from '../../mcp/driver.js';
import { type EraVerdict, eraOf } from '../../mcp/protocol/era-reading.js';
import type { ServerProcessEvent } from '../../mcp/server-process-event.js';
import { toolsOf } from '../call-plan.js';
import { CellTable } from '../cell-table.js';
import type { DriveWatch, LiveTally } from '../live-tally.js';
import type { Drive, DriveEntry, DriveSpec, LoadEngine } from '../load-engine.js';
import { partOf, type Share, workerShare } from '../schedule.js';
import { counterSum } from './counter-sum.js';
import type { LoadEngineOptions } from './load-engine-options.js';
import { RunningDrive } from './running-drive.js';
import type { ThreadReport } from './thread-messages.js';
import { startThread, type ThreadPort } from './thread-port.js';
import { workerCount } from './worker-count.js';

/** From the order to drive until the first phase starts: time for every thread to get ready. */
const LEAD_MS = 200;
/** How long the threads may take to end their sessions before they are ended themselves. */
const CLOSE_MS = 6000;

/** Keeps the load threads: opens them, hands them drives one at a time, hears their reports, and closes them. */
export class ThreadedEngine implements LoadEngine {
  readonly workers: number;
  readonly #options: LoadEngineOptions;
  readonly #shard: Share;
  #threads: ThreadPort[] = [];
  #endpoints: readonly EndpointDescription[] = [];
  #waiting: { resolve(report: ThreadReport): void; reject(error: PlimsollError): void }[] = [];
  #running: RunningDrive | undefined;
  #last: DriverCounters | undefined;
  #watch: DriveWatch | undefined;
  readonly #serverProcesses = new Set<number>();
  #broken: PlimsollError | undefined;

  constructor(options: LoadEngineOptions) {
    this.#options = options;
    this.#shard = options.shard ?? { index: 0, count: 1 };
    this.workers = options.workers ?? workerCount(options.scenario, availableParallelism());
  }

  async open(): Promise<readonly EndpointDescription[]> {
    const workers = Array.from({ length: this.workers }, (_, worker) => worker);
    try {
      // To find out what a server process speaks may cost a process and the time that it needs to start: one thread asks for all.
      const asking = this.#options.scenario.target.transport === 'stdio' ? workers.splice(0, 1) : [];
      const first = await Promise.all(asking.map((worker) => this.#openThread(worker, undefined)));
      const eras = first[0]?.map(eraOf);
      const others = await Promise.all(workers.map((worker) => this.#openThread(worker, eras)));
      this.#endpoints = [...first, ...others].at(-1) ?? [];
      return this.#endpoints;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #openThread(worker: number, eras: readonly EraVerdict[] | undefined): Promise<readonly EndpointDescription[]> {
    const { scenario, token } = this.#options;
    const start = this.#options.startThread ?? startThread;
    const share = workerShare(this.#shard, worker, this.workers);
    const thread = start(
      {
        worker,
        data: scenario.data,
        driver: {
          target: scenario.target,
          classify: scenario.classify,
          ...(eras === undefined ? {} : { eras }),
          ...(scenario.client === undefined ? {} : { client: scenario.client }),
          ...(token === undefined ? {} : { token }),
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
    const report = await answer;
    return report.type === 'opened' ? report.endpoints : [];
  }

  drive(spec: DriveSpec, onEntry: (entry: DriveEntry) => void): Drive {
    if (this.#broken !== undefined) throw this.#broken;
    if (this.#running !== undefined || this.#endpoints.length === 0) {
      throw new PlimsollError('one drive at a time, on an open engine', 'internalError');
    }
    const { scenario, timeline, watch, keepAboveUs } = spec;
    const cells = new CellTable(
      toolsOf(scenario),
      this.#endpoints.map(({ endpoint }) => endpoint),
      scenario.tenants?.map(({ name }) => name),
    );
    const originNs = process.hrtime.bigint() + BigInt(LEAD_MS * 1e6);
    const startedAtMs = Date.now() + LEAD_MS;
    const running = new RunningDrive({ threads: this.#threads.length, cells, originNs, onEntry });
    this.#running = running;
    this.#watch = watch;
    const { data, ...rest } = scenario;
    const lean = data === this.#options.scenario.data ? rest : scenario;
    const more = {
      ...(watch === undefined ? {} : { tally: { everyMs: watch.everyMs, ages: watch.ages } }),
      ...(keepAboveUs === undefined ? {} : { keepAboveUs }),
    };
    for (const [worker, thread] of this.#threads.entries()) {
      const share = workerShare(spec.shard, worker, this.workers);
      thread.send({ type: 'drive', scenario: lean, timeline, share, originNs, ...more });
    }
    return {
      startedAtMs,
      ended: running.ended,
      stop: (how, why) => {
        running.stopped(why);
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

  get lastCounters(): DriverCounters | undefined {
    return this.#last;
  }

  async close(): Promise<void> {
    const threads = this.#threads;
    this.#threads = [];
    this.#running = undefined;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS);
    });
    const closed = Promise.all(
      threads.map((thread, worker) => {
        const answer = this.#answerOf(worker);
        thread.send({ type: 'close' });
        return answer;
      }),
    );
    if (this.#broken === undefined) {
      const reports = await Promise.race([closed.catch(() => undefined), late]);
      if (Array.isArray(reports) && reports.length > 0)
        this.#last = reports.flatMap((report) => (report.type === 'closed' ? [report.counters] : [])).reduce(counterSum);
    } else closed.catch(() => undefined);
    clearTimeout(timer);
    await Promise.all(threads.map((thread) => thread.end()));
  }

  #answerOf(worker: number): Promise<ThreadReport> {
    return new Promise((resolve, reject) => {
      this.#waiting[worker] = { resolve, reject };
    });
  }

  #hear(worker: number, report: ThreadReport): void {
    if (report.type === 'second') this.#running?.addSecond(report);
    else if (report.type === 'tally') this.#hearTally(report.tally);
    else if (report.type === 'ended') this.#hearEnd(report);
    else if (report.type === 'process') this.#hearProcess(report.event);
    else if (report.type === 'failed') {
      const { message, exitCode, hint, stack } = report;
      const error = new PlimsollError(message, exitCode, { hint, cause: stack });
      if (this.#running === undefined) this.#waiting[worker]?.reject(error);
      else this.#breakDrive(error);
    } else this.#waiting[worker]?.resolve(report);
  }

  #hearTally(tally: LiveTally): void {
    if (this.#running !== undefined) this.#watch?.onTally(tally);
  }

  #hearEnd(report: Extract<ThreadReport, { type: 'ended' }>): void {
    if (this.#running?.addEnd(report) === true) this.#running = undefined;
  }

  #breakDrive(error: PlimsollError): void {
    const running = this.#running;
    this.#running = undefined;
    running?.break(error);
  }

  #hearProcess(event: ServerProcessEvent): void {
    const { pid } = event;
    if (event.type === 'printed') this.#options.onServerOutput?.(pid, event.lines);
    else if (event.type === 'started') this.#serverProcesses.add(pid);
    else {
      this.#serverProcesses.delete(pid);
      if (event.text !== undefined) this.#running?.addProcessEnd(event.text);
    }
  }

  #break(error: PlimsollError): void {
    this.#broken = error;
    for (const waiting of this.#waiting) waiting?.reject(error);
    this.#breakDrive(error);
  }
}
