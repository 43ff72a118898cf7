import { EXIT } from '../../errors/exit-codes.js';

type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

const SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The part of `process` that is needed here. */
export interface SignalSource {
  on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
  off(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
}

export interface RunSignals {
  /** Aborted by the first signal, with the reason `interrupted` or `terminated`. */
  readonly stop: AbortSignal;
  off(): void;
}

/**
 * Turns signals into an orderly end: the first stops the load, drains and reports; every later one leaves at once. The server under test is
 * then stopped by the watchdog. While reports are written signals still count, so that a terminal is never stuck.
 */
export function watchRunSignals(
  warn: (text: string) => void,
  leave: (code: number) => void = process.exit,
  source: SignalSource = process,
): RunSignals {
  const controller = new AbortController();
  const listener = (signal: StopSignal): void => {
    if (controller.signal.aborted) {
      warn(
        `${signal === 'SIGINT' ? 'again' : signal}: leaving at once, without a report (plimsoll report makes one from the run folder); a server that plimsoll started is stopped`,
      );
      leave(signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
    } else if (signal === 'SIGINT') {
      warn('stopping: the load drains, then the report (again to leave at once)');
      controller.abort('interrupted');
    } else {
      warn(`${signal}: stopping the load, then the report`);
      controller.abort('terminated');
    }
  };
  for (const signal of SIGNALS) source.on(signal, listener);
  return {
    stop: controller.signal,
    off: () => {
      for (const signal of SIGNALS) source.off(signal, listener);
    },
  };
}
