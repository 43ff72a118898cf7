import type { OpenPhase } from '../scenario/load.js';
import { meanArrivals } from '../scenario/plan/arrival-rate.js';
import { STREAM, uniformAt } from './random.js';

/** A broken number of arrivals this near to a whole one is that number: 0.1 x 30 is 3. */
const ROUNDING = 1e-6;

/**
 * When the integral of the rate of a phase reaches `arrivals`, in seconds from the start of the phase. The rate runs in a straight line
 * from r0 to r1 over T seconds, so the integral is r0 t + (r1 - r0) t^2 / 2T; this is its inverse, in the form that does not cancel
 * when the rate is nearly constant.
 */
export function timeOfArrivals(phase: OpenPhase, arrivals: number): number {
  const lengthS = phase.forMs / 1000;
  const from = phase.fromPerS;
  if (from === phase.toPerS) return arrivals / from;
  if (arrivals === 0) return 0;
  const slope = (phase.toPerS - from) / lengthS;
  const root = from * from + 2 * slope * arrivals;
  // Beyond what a falling rate ever reaches.
  return root < 0 ? Number.POSITIVE_INFINITY : (2 * arrivals) / (from + Math.sqrt(root));
}

/**
 * The intended starts of one open phase, in order. `constant`: arrival i is due when exactly i arrivals should have come, the first at
 * once; their number is the integral of the rate, rounded up. `poisson`: exponential gaps of mean 1 on the scale of that integral
 * (time rescaling), so the rate may change while arrivals stay independent; their number varies as Poisson's law says.
 * Depends on seed, phase and position alone.
 */
export class Pacer {
  readonly #phase: OpenPhase;
  readonly #poisson: boolean;
  readonly #seed: number;
  readonly #stream: number;
  readonly #mean: number;
  #taken = 0;
  #integral = 0;

  constructor(phase: OpenPhase, phaseIndex: number, load: { readonly seed: number; readonly arrivals: 'poisson' | 'constant' }) {
    this.#phase = phase;
    this.#poisson = load.arrivals === 'poisson';
    this.#seed = load.seed;
    this.#stream = STREAM.arrivals + (phase.pattern ?? phaseIndex);
    this.#mean = meanArrivals(phase);
  }

  /** Seconds from the start of the phase to its next arrival; undefined when there is none left. */
  next(): number | undefined {
    if (this.#poisson) {
      this.#integral -= Math.log(uniformAt(this.#seed, this.#stream, this.#taken));
      if (this.#integral >= this.#mean) return undefined;
    } else {
      this.#integral = this.#taken;
      if (this.#integral >= this.#mean - ROUNDING) return undefined;
    }
    this.#taken += 1;
    return timeOfArrivals(this.#phase, this.#integral);
  }
}
