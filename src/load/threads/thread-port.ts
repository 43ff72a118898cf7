import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { ThreadBirth, ThreadOrder, ThreadReport } from './thread-messages.js';

/** A load thread as the engine sees it. */
export interface ThreadPort {
  send(order: ThreadOrder): void;
  /** Stops the thread, whatever it is doing. */
  end(): Promise<void>;
}

export interface ThreadListener {
  readonly onReport: (report: ThreadReport) => void;
  /** The thread broke, or ended without being told to. */
  readonly onBreak: (error: PlimsollError) => void;
}

export type StartThread = (birth: ThreadBirth, listener: ThreadListener) => ThreadPort;

/** Starts a real thread. */
export const startThread: StartThread = (birth, { onReport, onBreak }) => {
  const worker = new Worker(workerFile(), { workerData: birth, name: `plimsoll load ${birth.worker}` });
  let ending = false;
  const broke = (message: string, cause?: unknown): void => {
    if (!ending) onBreak(new PlimsollError(message, 'internalError', { cause }));
    ending = true;
  };
  worker.on('message', onReport);
  worker.on('error', (error: Error) => broke(`load thread ${birth.worker} broke: ${error.message}`, error));
  worker.on('exit', (code) => broke(`load thread ${birth.worker} ended with code ${code}`));
  return {
    send: (order) => worker.postMessage(order),
    end: async () => {
      ending = true;
      await worker.terminate();
    },
  };
};

/** Threads run compiled code, also when this file itself is run from source (as tests do after a build). */
function workerFile(): URL {
  const beside = new URL('./load-worker.js', import.meta.url);
  return existsSync(beside) ? beside : new URL('../../../dist/load/threads/load-worker.js', import.meta.url);
}
