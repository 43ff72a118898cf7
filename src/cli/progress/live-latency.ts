import type { SparseCounts } from '../../measure/journal-entry.js';

/** Response times seen so far, for the live display: sparse counts of many seconds added up, in constant memory. */
export class LiveLatency {
  readonly #counts = new Map<number, number>();
  #answered = 0;
  #unanswered = 0;

  add(counts: SparseCounts): void {
    let index = 0;
    for (let i = 0; i + 1 < counts.length; i += 2) {
      index += counts[i] as number;
      const count = counts[i + 1] as number;
      this.#counts.set(index, (this.#counts.get(index) ?? 0) + count);
      this.#answered += count;
    }
  }

  /** Calls that never got an answer: they rank above every answered one. */
  addUnanswered(count: number): void {
    this.#unanswered += count;
  }

  /**
   * Bucket index in which the quantile lies (nearest rank).
   * @returns `null` when it lies among unanswered calls, undefined when there is nothing yet.
   */
  quantileIndex(quantile: number): number | null | undefined {
    const total = this.#answered + this.#unanswered;
    if (total === 0) return undefined;
    const rank = Math.max(1, Math.ceil(quantile * total));
    if (rank > this.#answered) return null;
    let seen = 0;
    for (const index of [...this.#counts.keys()].sort((a, b) => a - b)) {
      seen += this.#counts.get(index) as number;
      if (seen >= rank) return index;
    }
    return null;
  }
}
