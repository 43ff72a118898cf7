import type { TrafficKind } from '../journal/sessions-entry.js';

/** Everything that a capacity search sent, by what it was for. */
export interface TrafficFigures {
  readonly what: TrafficKind;
  readonly drives: number;
  /** Requests that were started, retries included. */
  readonly calls: number;
  readonly failed: number;
}
