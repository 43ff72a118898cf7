/** Something that holds a slot. The set owns the field. */
export interface SlotHolder {
  slot: number;
}

/** The slots of one load thread: who holds them, since when they are all taken, and how many were held on average. Times in ms of the run. */
export class InFlight<Holder extends SlotHolder> {
  readonly #slots: number;
  readonly #held: Holder[] = [];
  #areaMs = 0;
  #sinceMs = 0;
  #meanFromMs = 0;
  #fullSinceMs = Number.POSITIVE_INFINITY;

  /** @param slots 0 or more; with none every start is a drop. */
  constructor(slots: number) {
    this.#slots = slots;
    if (slots === 0) this.#fullSinceMs = Number.NEGATIVE_INFINITY;
  }

  get count(): number {
    return this.#held.length;
  }
  get full(): boolean {
    return this.#held.length >= this.#slots;
  }
  /** Since when every slot has been taken; Infinity while one is free. */
  get fullSinceMs(): number {
    return this.#fullSinceMs;
  }

  add(holder: Holder, atMs: number): void {
    this.#account(atMs);
    holder.slot = this.#held.length;
    this.#held.push(holder);
    if (this.full) this.#fullSinceMs = atMs;
  }

  remove(holder: Holder, atMs: number): void {
    this.#account(atMs);
    const last = this.#held.pop() as Holder;
    if (last !== holder) {
      this.#held[holder.slot] = last;
      last.slot = holder.slot;
    }
    holder.slot = -1;
    if (!this.full) this.#fullSinceMs = Number.POSITIVE_INFINITY;
  }

  holders(): readonly Holder[] {
    return [...this.#held];
  }

  /** Mean number held since the last take, weighted by time. */
  takeMean(atMs: number): number {
    this.#account(atMs);
    const mean = atMs > this.#meanFromMs ? this.#areaMs / (atMs - this.#meanFromMs) : this.#held.length;
    this.#areaMs = 0;
    this.#meanFromMs = atMs;
    return mean;
  }

  #account(atMs: number): void {
    if (atMs <= this.#sinceMs) return;
    this.#areaMs += this.#held.length * (atMs - this.#sinceMs);
    this.#sinceMs = atMs;
  }
}
