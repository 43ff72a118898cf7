import type { Json } from '../file/json.js';
import type { FaultStep } from './fault-action.js';

/** A fault of a dependency, as the scenario means it. */
export interface Fault {
  readonly dependency: string;
  /** Recipe name, or absent when `toxics` are given raw. */
  readonly inject?: string;
  readonly toxics?: readonly { readonly [key: string]: Json }[];
  readonly with: { readonly [key: string]: Json };
  readonly atMs: number;
  readonly forMs: number;
  /** What the fault agent does, in order of time from `atMs`. */
  readonly steps: readonly FaultStep[];
}
