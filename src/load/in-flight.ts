/** Something that holds a slot. The set owns the field. */
export interface SlotHolder {
  slot: number;
}

/** Milliseconds between two instants at which it is kept how many slots were held. */
const GRID_MS = 10;

/** The slots of one load thread: who holds them, since when they are all taken, and how many were held on average. Times in ms of the run. */
export class InFlight<Holder extends SlotHolder> {
  readonly #slots: number;
  readonly #held: Holder[] = [];
  #areaMs = 0;
  #sinceMs = 0;
  #meanFromMs = 0;
  #fullSinceMs = Number.POSITIVE_INFINITY;
  /** How many were held at instants that are not told yet. */
  #grid: number[] = [];
  #gridFrom = 0;
  #nextGridMs = 0;

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

  /** How many were held at each instant of a grid of 10 ms before `atMs`, those of the last take left out; the first is time 0. */
  takeGrid(atMs: number): readonly number[] {
    if (atMs > this.#nextGridMs) this.#passGrid(atMs);
    const instants = Math.ceil(atMs / GRID_MS) - this.#gridFrom;
    this.#gridFrom += instants;
    return this.#grid.splice(0, instants);
  }

  /** Whatever is held now was held at each instant that is over. */
  #passGrid(atMs: number): void {
    for (; this.#nextGridMs < atMs; this.#nextGridMs += GRID_MS) this.#grid.push(this.#held.length);
  }

  #account(atMs: number): void {
    if (atMs <= this.#sinceMs) return;
    if (atMs > this.#nextGridMs) this.#passGrid(atMs);
    this.#areaMs += this.#held.length * (atMs - this.#sinceMs);
    this.#sinceMs = atMs;
  }
}
