/** Work that is repeated until it is stopped. */
export interface Repeating {
  /** Ends the work in hand; resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * Does something every so often, at fixed times, and never twice at once: a slow answer swallows the turns that pass meanwhile.
 * @param work may reject: one lost reading is no reason to end the run. Its signal says that nobody waits for it any more.
 */
export function repeatEvery(everyMs: number, work: (signal: AbortSignal) => Promise<void>): Repeating {
  let running: { readonly done: Promise<void>; readonly abort: AbortController } | undefined;
  const turn = (): void => {
    if (running !== undefined) return;
    const abort = new AbortController();
    const done = work(abort.signal)
      .catch(() => {})
      .finally(() => {
        running = undefined;
      });
    running = { done, abort };
  };
  const timer = setInterval(turn, everyMs);
  timer.unref();
  turn();
  return {
    stop: async () => {
      clearInterval(timer);
      running?.abort.abort();
      await running?.done;
    },
  };
}
