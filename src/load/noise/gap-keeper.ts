/** Gaps with less than this between them are one. */
const JOINED_MS = 0.1;

/** Milliseconds from the start of the first phase; 0 behind them: nothing was to be done in it. */
export type Gap = readonly [startMs: number, lengthMs: number, owed?: 0];

/** The stretches in which a load thread did not serve its sockets, until they are told. Times in milliseconds from the start of the first phase. */
export class GapKeeper {
  #gaps: { readonly startMs: number; endMs: number; owed: boolean }[] = [];

  /** In order of time. What was before the first phase is left out. @param owed whether something was to be done in it, a start for instance */
  add(startMs: number, endMs: number, owed: boolean): void {
    if (endMs <= 0) return;
    const last = this.#gaps.at(-1);
    if (last !== undefined && startMs - last.endMs < JOINED_MS) {
      last.endMs = endMs;
      last.owed ||= owed;
    } else this.#gaps.push({ startMs: Math.max(0, startMs), endMs, owed });
  }

  /** Gaps that had ended by `endMs`, each told once. */
  take(endMs: number): readonly Gap[] {
    if (this.#gaps.length === 0) return [];
    const over = this.#gaps.filter((gap) => gap.endMs <= endMs);
    this.#gaps = this.#gaps.filter((gap) => gap.endMs > endMs);
    return over.map(({ startMs, endMs: end, owed }): Gap => {
      const told = [rounded(startMs), rounded(end - startMs)] as const;
      return owed ? told : [...told, 0];
    });
  }
}

/** To a hundredth of a millisecond. */
const rounded = (ms: number): number => Math.round(ms * 100) / 100;
