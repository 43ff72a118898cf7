/** Something that a load thread will do at a known time. */
export interface Appointment {
  readonly dueMs: number;
  /** Waiting for it holds up the end of the drain (a retry does, a thinking user does not). */
  readonly holdsDrain: boolean;
  act(): void;
}

/** Appointments in order of their time: a binary heap. Of those at the same time the one made first comes first. */
export class Agenda {
  #heap: { readonly item: Appointment; readonly order: number }[] = [];
  #made = 0;

  /** Time of the next appointment; Infinity when there is none. */
  get dueMs(): number {
    return this.#heap[0]?.item.dueMs ?? Number.POSITIVE_INFINITY;
  }

  add(item: Appointment): void {
    const heap = this.#heap;
    const entry = { item, order: this.#made++ };
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  /** Takes the next appointment off. @throws RangeError when there is none. */
  take(): Appointment {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) throw new RangeError('the agenda is empty');
    if (heap.length > 0) this.#sink(last);
    return first.item;
  }

  /** Drops what does not hold up the drain. */
  keepOnlyDrain(): void {
    // What is sorted is a heap.
    this.#heap = this.#heap.filter(({ item }) => item.holdsDrain).sort((a, b) => (before(a, b) ? -1 : 1));
  }

  #sink(entry: { readonly item: Appointment; readonly order: number }): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, entry)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = entry;
  }
}

function before(
  a: { readonly item: Appointment; readonly order: number },
  b: { readonly item: Appointment; readonly order: number },
): boolean {
  return a.item.dueMs < b.item.dueMs || (a.item.dueMs === b.item.dueMs && a.order < b.order);
}
