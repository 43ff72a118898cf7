import { NO_SESSIONS } from '../../src/journal/session-counts.js';
import type { CallAnswer, CallStart, CancelCall, Driver, DriverCounters, EndpointDescription } from '../../src/mcp/driver.js';
import { OUTCOMES } from '../../src/scenario/outcome.js';
import type { VirtualClock } from './virtual-clock.js';

/** What the server does with a call: when it answers (milliseconds after the start; Infinity: never) and how. */
export interface Reply
  extends Partial<
    Pick<CallAnswer, 'outcome' | 'result' | 'retryAfterMs' | 'text' | 'httpStatus' | 'rounds' | 'polls' | 'progress' | 'oursMs'>
  > {
  readonly afterMs: number;
}

export interface SeenCall extends CallStart {
  /** Milliseconds from the start of the drive. */
  readonly atMs: number;
  cancelled?: string;
}

/** A driver whose server is a function, on a virtual clock. It keeps every call it was given. */
export class FakeDriver implements Driver {
  readonly calls: SeenCall[] = [];
  /** Calls that never come back, not even when they are cancelled. */
  stuck = false;
  readonly #clock: VirtualClock;
  readonly #originMs: number;
  readonly #serve: (call: SeenCall) => Reply;
  readonly #tools: EndpointDescription['tools'];

  constructor(clock: VirtualClock, originMs: number, serve: (call: SeenCall) => Reply, tools: EndpointDescription['tools'] = []) {
    this.#clock = clock;
    this.#originMs = originMs;
    this.#serve = serve;
    this.#tools = tools;
  }

  open(): Promise<readonly EndpointDescription[]> {
    return Promise.resolve([
      { endpoint: 'http://a', era: 'legacy', protocolVersion: '2025-06-18', stateful: false, tools: this.#tools },
    ]);
  }

  start(start: CallStart, done: (answer: CallAnswer) => void): CancelCall {
    const atMs = this.#clock.now() - this.#originMs;
    const call: SeenCall = { ...start, atMs };
    this.calls.push(call);
    const reply = this.#serve(call);
    let ended = false;
    const end = (answer: Partial<CallAnswer> & Pick<CallAnswer, 'outcome'>): void => {
      if (ended || this.stuck) return;
      ended = true;
      const { answered } = OUTCOMES[answer.outcome];
      const endedMs = this.#clock.now();
      done({ answered, endedMs, bytesSent: 100, bytesReceived: 50, ...(answered ? { firstByteMs: endedMs } : {}), ...answer });
    };
    const { afterMs, ...answer } = reply;
    if (afterMs < start.timeoutMs) this.#clock.at(this.#clock.now() + afterMs, () => end({ outcome: 'ok', ...answer }));
    else this.#clock.at(this.#clock.now() + start.timeoutMs, () => end({ outcome: 'timeout' }));
    return (outcome) => {
      call.cancelled = outcome;
      this.#clock.immediate(() => end({ outcome }));
    };
  }

  counters(): DriverCounters {
    return { connectionsOpened: 1, connectionsReused: this.calls.length, sessions: { ...NO_SESSIONS, opened: 1 }, warnings: {} };
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}
