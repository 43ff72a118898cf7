/** Work that is repeated until it is stopped. */
export interface Repeating {
  /** Resolves when the work in hand has ended. */
  stop(): Promise<void>;
}

/**
 * Does something every so often, at fixed times, and never twice at once: a slow answer swallows the turns that pass meanwhile.
 * @param work may reject: one lost reading is no reason to end the run
 */
export function repeatEvery(everyMs: number, work: () => Promise<void>): Repeating {
  let running: Promise<void> | undefined;
  const turn = (): void => {
    running ??= work()
      .catch(() => {})
      .finally(() => {
        running = undefined;
      });
  };
  const timer = setInterval(turn, everyMs);
  timer.unref();
  turn();
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
