import type { OpenPhase } from '../load.js';

/** Mean arrivals of an open phase: the integral of its rate. */
export const meanArrivals = ({ fromPerS, toPerS, forMs }: OpenPhase): number => ((fromPerS + toPerS) / 2) * (forMs / 1000);

/** Arrivals per second of an open phase, `atMs` after its start. */
export const rateAt = ({ fromPerS, toPerS, forMs }: OpenPhase, atMs: number): number =>
  fromPerS + ((toPerS - fromPerS) * Math.min(forMs, Math.max(0, atMs))) / forMs;
