import { addAnswer, answerKey, type FailedAttempts, type FailuresByClass } from '../journal/failure-entry.js';
import { indexOf } from '../journal/hdr-index.js';
import type { OutcomeClass } from '../scenario/outcome.js';

/** An attempt that failed: as what, how long it took, and what was answered. */
export interface FailedAttempt {
  readonly outcome: OutcomeClass;
  readonly tookUs: number;
  readonly status: number | undefined;
  readonly rpcCode: number | undefined;
}

/** Failed attempts of one cell in the second that is open, by class. Made when the first one fails: it costs a call that succeeds nothing. */
export class FailureCounts {
  readonly #classes = new Map<OutcomeClass, ClassCounts>();

  add({ outcome, tookUs, status, rpcCode }: FailedAttempt): void {
    let counts = this.#classes.get(outcome);
    if (counts === undefined) {
      counts = new ClassCounts();
      this.#classes.set(outcome, counts);
    }
    counts.add(tookUs, answerKey(status, rpcCode));
  }

  toSecond(): FailuresByClass {
    return Object.fromEntries([...this.#classes].map(([name, counts]) => [name, counts.toSecond()]));
  }
}

class ClassCounts {
  readonly #buckets = new Map<number, number>();
  readonly #answers = new Map<string, number>();
  #minUs = Number.POSITIVE_INFINITY;
  #maxUs = 0;
  #sumUs = 0;

  add(tookUs: number, answer: string | undefined): void {
    const us = Math.max(0, Math.round(tookUs));
    const bucket = indexOf(us);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    this.#minUs = Math.min(this.#minUs, us);
    this.#maxUs = Math.max(this.#maxUs, us);
    this.#sumUs += us;
    if (answer !== undefined) addAnswer(this.#answers, answer);
  }

  toSecond(): FailedAttempts {
    const counts: number[] = [];
    let before = 0;
    for (const [bucket, times] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      counts.push(bucket - before, times);
      before = bucket;
    }
    return {
      took: { counts, minUs: this.#minUs, maxUs: this.#maxUs, sumUs: this.#sumUs },
      ...(this.#answers.size === 0 ? {} : { answers: Object.fromEntries(this.#answers) }),
    };
  }
}
