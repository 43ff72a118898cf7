import type { Toxic } from './toxic.js';

/**
 * One step of a fault, told to the fault agent. Times are milliseconds from the start of the fault.
 * No recipe lists its own undoing: the agent takes back whatever it did, in the reverse order, when the fault ends for any reason.
 */
export type FaultStep = { readonly atMs: number; readonly dependency: string } & (
  | { readonly do: 'add'; readonly toxic: Toxic; readonly label: string }
  | { readonly do: 'update'; readonly label: string; readonly attributes: Readonly<Record<string, number>> }
  | { readonly do: 'remove'; readonly label: string }
  | { readonly do: 'disable' }
  | { readonly do: 'enable' }
  /** Closes the connections that stand, and takes new ones at once. */
  | { readonly do: 'cut' }
  | { readonly do: 'upstream'; readonly to: string }
  /** Puts a stub of ours in the upstream's place: it answers every HTTP request with this status. */
  | { readonly do: 'stub'; readonly status: number; readonly retryAfterS?: number }
);
