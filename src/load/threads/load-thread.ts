import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { Driver, EndpointDescription } from '../../mcp/driver.js';
import type { DriverOptions } from '../../mcp/driver-options.js';
import { planCalls } from '../call-plan.js';
import { Generator } from '../generator.js';
import type { LoadClock } from '../load-clock.js';
import { ThreadHealth, ToldSessions } from './thread-health.js';
import type { ThreadBirth, ThreadOrder, ThreadReport } from './thread-messages.js';

/** What a load thread touches, injected: a real thread has a message port, a driver on sockets and its own clock. */
export interface LoadThreadParts {
  readonly birth: ThreadBirth;
  readonly createDriver: (options: DriverOptions) => Driver;
  readonly clock: LoadClock;
  /** `process.hrtime.bigint()`. */
  readonly monotonicNs: () => bigint;
  /** For how long this thread has waited for a core; absent where the system does not tell. */
  readonly waitedMs?: (() => number) | undefined;
  readonly report: (report: ThreadReport) => void;
}

/** The body of a load thread: opens its driver once, drives as often as it is told, closes. */
export class LoadThread {
  readonly #parts: LoadThreadParts;
  readonly #driver: Driver;
  readonly #told = new ToldSessions();
  #endpoints: readonly EndpointDescription[] = [];
  #generator: Generator | undefined;

  constructor(parts: LoadThreadParts) {
    this.#parts = parts;
    this.#driver = parts.createDriver({
      ...parts.birth.driver,
      onServerProcess: (event) => parts.report({ type: 'process', event }),
    });
  }

  async obey(order: ThreadOrder): Promise<void> {
    try {
      if (order.type === 'open') {
        this.#endpoints = await this.#driver.open(order.sessions);
        this.#parts.report({ type: 'opened', endpoints: this.#endpoints });
      } else if (order.type === 'drive') this.#drive(order);
      else if (order.type === 'token') this.#driver.setToken?.(order.token);
      else if (order.type === 'stop') this.#generator?.stop(order.how);
      else {
        await this.#driver.close();
        this.#parts.report({ type: 'closed', counters: this.#driver.counters() });
      }
    } catch (error) {
      this.#parts.report(failure(error));
    }
  }

  #drive(order: Extract<ThreadOrder, { type: 'drive' }>): void {
    const { birth, clock, monotonicNs, waitedMs, report } = this.#parts;
    const scenario = { ...order.scenario, data: order.scenario.data ?? birth.data };
    const health = new ThreadHealth(() => this.#driver.counters(), this.#told);
    const [first] = this.#endpoints;
    if (first === undefined) throw new PlimsollError('a load thread was asked to drive before it was opened', 'internalError');
    let telling: NodeJS.Timeout | undefined;
    this.#generator = new Generator({
      scenario,
      timeline: order.timeline,
      plan: planCalls(scenario, first.tools),
      endpoints: this.#endpoints.map(({ endpoint }) => endpoint),
      share: order.share,
      worker: birth.worker,
      ...(order.keepAboveUs === undefined ? {} : { keepAboveUs: order.keepAboveUs }),
      ...(waitedMs === undefined ? {} : { waitedMs }),
      driver: this.#driver,
      clock,
      originMs: clock.now() + Number(order.originNs - monotonicNs()) / 1e6,
      readThread: () => health.read(),
      onSecond: (second, samples) => report({ type: 'second', second, samples }),
      onEnd: ({ endedS, warnings }) => {
        this.#generator = undefined;
        clearInterval(telling);
        const counters = this.#driver.counters();
        report({ type: 'ended', endedS, counters: { ...counters, warnings: { ...counters.warnings, ...warnings } } });
      },
    });
    this.#generator.start();
    const { tally } = order;
    if (tally === undefined) return;
    telling = setInterval(() => {
      if (this.#generator !== undefined) report({ type: 'tally', tally: this.#generator.liveTally(tally.ages) });
    }, tally.everyMs);
  }
}

function failure(error: unknown): ThreadReport {
  const known = error instanceof PlimsollError ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return {
    type: 'failed',
    message,
    exitCode: known?.exitCode ?? EXIT.internalError,
    ...(known?.details.hint === undefined ? {} : { hint: known.details.hint }),
    ...(known === undefined && error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}),
  };
}
