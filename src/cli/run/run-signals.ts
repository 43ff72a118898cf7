import { EXIT } from '../../errors/exit-codes.js';
import { onStopSignals, type SignalSource } from './stop-signals.js';

export interface RunSignals {
  /** Aborted by the first signal, with the reason `interrupted` or `terminated`. */
  readonly stop: AbortSignal;
  off(): void;
}

/**
 * Turns signals into an orderly end: the first stops the load, drains and reports; the second leaves at once. The server under test is then
 * stopped by the watchdog. While reports are written signals still count, so that a terminal is never stuck.
 */
export function watchRunSignals(
  warn: (text: string) => void,
  leave: (code: number) => void = process.exit,
  source: SignalSource = process,
): RunSignals {
  const controller = new AbortController();
  const off = onStopSignals(
    source,
    (signal) => {
      const terminated = signal !== 'SIGINT';
      warn(
        terminated
          ? `${signal}: stopping the load, then the report`
          : 'stopping: the load drains, then the report (again to leave at once)',
      );
      controller.abort(terminated ? 'terminated' : 'interrupted');
    },
    (signal) => {
      warn(
        `${signal === 'SIGINT' ? 'again' : signal}: leaving at once, without a report (plimsoll report makes one from the run folder); a server that plimsoll started is stopped`,
      );
      leave(signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
    },
  );
  return { stop: controller.signal, off };
}
