/** Work that is due at a time. What was made before `cancel` never comes due. */
export class Appointments {
  readonly #timers = new Set<NodeJS.Timeout>();

  /** @param timeMs by the wall clock; what is past is due at once. */
  at(timeMs: number, work: () => Promise<void>): void {
    this.later(Math.max(0, timeMs - Date.now()), work);
  }

  later(ms: number, work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void work();
    }, ms);
    this.#timers.add(timer);
  }

  cancel(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
