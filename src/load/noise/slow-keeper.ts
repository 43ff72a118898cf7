import type { SlowCall } from '../../journal/slow-call.js';

/** Calls that are kept one by one in a second, over all load threads. */
const KEPT_EACH_SECOND = 500;

/** Keeps the calls of a second whose outcome a disturbance could have made; of too many the first, and how many more there were. */
export class SlowKeeper {
  /** A success that took longer is kept, microseconds. */
  readonly aboveUs: number;
  readonly #most: number;
  #kept: SlowCall[] = [];
  #more = 0;

  /** @param threads that share what is kept */
  constructor(aboveUs: number, threads: number) {
    this.aboveUs = aboveUs;
    this.#most = Math.max(1, Math.floor(KEPT_EACH_SECOND / threads));
  }

  /** True when a further call will be kept; else it was counted. */
  wants(): boolean {
    if (this.#kept.length < this.#most) return true;
    this.#more += 1;
    return false;
  }

  add(call: SlowCall): void {
    this.#kept.push(call);
  }

  /** What came since the last take. */
  take(): { readonly slow?: readonly SlowCall[]; readonly slowMore?: number } {
    if (this.#kept.length === 0) return {};
    const [slow, slowMore] = [this.#kept, this.#more];
    this.#kept = [];
    this.#more = 0;
    return slowMore === 0 ? { slow } : { slow, slowMore };
  }
}
