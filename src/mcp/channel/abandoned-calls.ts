import type { Deadline } from '../call/deadline-queue.js';
import type { WireOwner } from '../call/wire-call.js';

/** Calls given up whose answer may still come, kept to tell it from one that comes twice. */
const KEPT = 10_000;
/** How long a cancelled call is listened for. */
const WATCH_MS = 1000;

/** Calls of one message channel that we ended: what still comes for them is late, and tells of the cancelled ones whether their work stopped. */
export class AbandonedCalls {
  readonly #owner: WireOwner;
  readonly #ids = new Set<number>();
  readonly #watches = new Map<number, CancelWatch>();

  constructor(owner: WireOwner) {
    this.#owner = owner;
  }

  /** @param watch what becomes of it is told, once */
  add(id: number, watch: boolean): void {
    this.#ids.add(id);
    if (watch) {
      const entry = new CancelWatch(() => this.#told(id, 'untold'));
      this.#watches.set(id, entry);
      this.#owner.deadlines.add(entry, WATCH_MS, this.#owner.clock.now());
    }
    if (this.#ids.size <= KEPT) return;
    const [oldest] = this.#ids;
    if (oldest !== undefined) this.#ids.delete(oldest);
  }

  /** An answer under an id that was used: a result means that the work went on to its end, an error that the server gave it up. */
  heard(id: number, stopped: boolean): void {
    const known = this.#ids.delete(id);
    if (!this.#told(id, stopped ? 'stopped' : 'answered')) this.#owner.warn(known ? 'late-answer' : 'duplicate-answer');
  }

  close(): void {
    for (const id of [...this.#watches.keys()]) this.#told(id, 'untold');
  }

  #told(id: number, how: 'stopped' | 'answered' | 'untold'): boolean {
    const watch = this.#watches.get(id);
    if (watch === undefined) return false;
    this.#watches.delete(id);
    this.#owner.deadlines.remove(watch);
    this.#owner.cancelTold(how);
    return true;
  }
}

class CancelWatch implements Deadline {
  deadlineMs = 0;
  lane: Deadline['lane'] = undefined;
  earlier: Deadline | undefined = undefined;
  later: Deadline | undefined = undefined;
  readonly expire: () => void;

  constructor(expire: () => void) {
    this.expire = expire;
  }
}
