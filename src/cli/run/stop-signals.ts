export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

const SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The part of `process` that is needed here. */
export interface SignalSource {
  on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
  off(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
}

/**
 * The first signal asks for an orderly end, every later one to leave at once.
 * @returns a function that takes the listeners off.
 */
export function onStopSignals(
  source: SignalSource,
  first: (signal: StopSignal) => void,
  again: (signal: StopSignal) => void,
): () => void {
  let asked = false;
  const listener = (signal: StopSignal): void => {
    if (asked) again(signal);
    else {
      asked = true;
      first(signal);
    }
  };
  for (const signal of SIGNALS) source.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) source.off(signal, listener);
  };
}
