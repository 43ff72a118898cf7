import { IntervalRecorder } from '../journal/interval-recorder.js';
import type { CellSecond } from '../journal/second-entry.js';
import type { OutcomeClass } from '../scenario/outcome.js';
import { type FailedAttempt, FailureCounts } from './failure-counts.js';

/** Counters and latencies of one cell in the second that is open. Emptied by `take`, then free to serve another cell. */
export class CellCounts {
  offered = 0;
  started = 0;
  ok = 0;
  failed = 0;
  dropped = 0;
  droppedByGenerator = 0;
  unfinished = 0;
  retries = 0;
  okAfterRetry = 0;
  cancelled = 0;
  rounds = 0;
  polls = 0;
  progress = 0;
  bytesSent = 0;
  bytesReceived = 0;
  /** Made when it is first needed: few calls wait for us. */
  #clientDelay: IntervalRecorder | undefined;
  readonly response = new IntervalRecorder();
  readonly service = new IntervalRecorder();
  readonly firstByte = new IntervalRecorder();
  readonly failedResponse = new IntervalRecorder();
  #retryAfter: { count: number; sumMs: number; maxMs: number } | undefined;
  readonly #errors = new Map<OutcomeClass, number>();
  #failures: FailureCounts | undefined;
  #retried: FailureCounts | undefined;

  addError(outcome: OutcomeClass): void {
    this.#errors.set(outcome, (this.#errors.get(outcome) ?? 0) + 1);
  }

  /** How the last attempt of a call failed. */
  addFailure(attempt: FailedAttempt): void {
    this.#failures ??= new FailureCounts();
    this.#failures.add(attempt);
  }

  /** How an attempt failed that was tried again. */
  addRetried(attempt: FailedAttempt): void {
    this.#retried ??= new FailureCounts();
    this.#retried.add(attempt);
  }

  /** The server waited this long for replies of ours. */
  addWait(us: number): void {
    this.#clientDelay ??= new IntervalRecorder();
    this.#clientDelay.record(us);
  }

  /** The server asked to wait this long. */
  addRetryAfter(ms: number): void {
    this.#retryAfter ??= { count: 0, sumMs: 0, maxMs: 0 };
    this.#retryAfter.count += 1;
    this.#retryAfter.sumMs += ms;
    this.#retryAfter.maxMs = Math.max(this.#retryAfter.maxMs, ms);
  }

  /** What was counted since the last take. */
  take(cell: number): CellSecond {
    const response = this.response.take();
    const service = this.service.take();
    const firstByte = this.firstByte.take();
    const failedResponse = this.failedResponse.take();
    const clientDelay = this.#clientDelay?.take();
    const second: CellSecond = {
      cell,
      ...(this.offered === 0 ? {} : { offered: this.offered }),
      ...(this.started === 0 ? {} : { started: this.started }),
      ...(this.ok === 0 ? {} : { ok: this.ok }),
      ...(this.failed === 0 ? {} : { failed: this.failed }),
      ...(this.dropped === 0 ? {} : { dropped: this.dropped }),
      ...(this.droppedByGenerator === 0 ? {} : { droppedByGenerator: this.droppedByGenerator }),
      ...(this.unfinished === 0 ? {} : { unfinished: this.unfinished }),
      ...(this.retries === 0 ? {} : { retries: this.retries }),
      ...(this.okAfterRetry === 0 ? {} : { okAfterRetry: this.okAfterRetry }),
      ...(this.cancelled === 0 ? {} : { cancelled: this.cancelled }),
      ...(this.rounds === 0 ? {} : { rounds: this.rounds }),
      ...(this.polls === 0 ? {} : { polls: this.polls }),
      ...(this.progress === 0 ? {} : { progress: this.progress }),
      ...(clientDelay === undefined ? {} : { clientDelay }),
      ...(this.bytesSent === 0 ? {} : { bytesSent: this.bytesSent }),
      ...(this.bytesReceived === 0 ? {} : { bytesReceived: this.bytesReceived }),
      ...(this.#errors.size === 0 ? {} : { errors: Object.fromEntries(this.#errors) }),
      ...(this.#failures === undefined ? {} : { failures: this.#failures.toSecond() }),
      ...(this.#retried === undefined ? {} : { retried: this.#retried.toSecond() }),
      ...(this.#retryAfter === undefined ? {} : { retryAfter: this.#retryAfter }),
      ...(response === undefined ? {} : { response }),
      ...(service === undefined ? {} : { service }),
      ...(firstByte === undefined ? {} : { firstByte }),
      ...(failedResponse === undefined ? {} : { failedResponse }),
    };
    this.#reset();
    return second;
  }

  #reset(): void {
    this.offered = 0;
    this.started = 0;
    this.ok = 0;
    this.failed = 0;
    this.dropped = 0;
    this.droppedByGenerator = 0;
    this.unfinished = 0;
    this.retries = 0;
    this.okAfterRetry = 0;
    this.cancelled = 0;
    this.rounds = 0;
    this.polls = 0;
    this.progress = 0;
    this.bytesSent = 0;
    this.bytesReceived = 0;
    this.#errors.clear();
    this.#failures = undefined;
    this.#retried = undefined;
    this.#retryAfter = undefined;
  }
}
