/** Gaps with less than this between them are one. */
const JOINED_MS = 0.1;

/** Milliseconds from the start of the first phase. */
export type Gap = readonly [startMs: number, lengthMs: number];

/** The stretches in which a load thread did not serve its sockets, until they are told. Times in milliseconds from the start of the first phase. */
export class GapKeeper {
  #gaps: { readonly startMs: number; endMs: number }[] = [];

  /** In order of time. What was before the first phase is left out. */
  add(startMs: number, endMs: number): void {
    if (endMs <= 0) return;
    const last = this.#gaps.at(-1);
    if (last !== undefined && startMs - last.endMs < JOINED_MS) last.endMs = endMs;
    else this.#gaps.push({ startMs: Math.max(0, startMs), endMs });
  }

  /** Gaps that had ended by `endMs`, each told once. */
  take(endMs: number): readonly Gap[] {
    if (this.#gaps.length === 0) return [];
    const over = this.#gaps.filter((gap) => gap.endMs <= endMs);
    this.#gaps = this.#gaps.filter((gap) => gap.endMs > endMs);
    return over.map((gap) => [rounded(gap.startMs), rounded(gap.endMs - gap.startMs)]);
  }
}

/** To a hundredth of a millisecond. */
const rounded = (ms: number): number => Math.round(ms * 100) / 100;
