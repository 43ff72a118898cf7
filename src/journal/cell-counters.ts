import type { CellSecond } from './second-entry.js';

/** What a second of a cell counts, beside failures by class and what failures asked callers to wait. */
export const COUNTERS = [
  'offered',
  'started',
  'ok',
  'failed',
  'dropped',
  'droppedByGenerator',
  'unfinished',
  'retries',
  'okAfterRetry',
  'cancelled',
  'rounds',
  'polls',
  'progress',
  'bytesSent',
  'bytesReceived',
] as const satisfies readonly (keyof CellSecond)[];

/** Latencies of a second of a cell. */
export const HISTOGRAMS = [
  'response',
  'service',
  'firstByte',
  'failedResponse',
  'clientDelay',
] as const satisfies readonly (keyof CellSecond)[];

export type Counter = (typeof COUNTERS)[number];
export type HistogramName = (typeof HISTOGRAMS)[number];

/** Does not compile when a second of a cell has a key that nobody adds up. */
export const everyKeyIsAdded: Exclude<
  keyof CellSecond,
  'cell' | 'errors' | 'failures' | 'retried' | 'retryAfter' | Counter | HistogramName
> extends never
  ? true
  : false = true;
