/** Misses in a row that make a probe unhealthy. */
const MISSES_UNHEALTHY = 3;

export type HealthState = 'healthy' | 'unhealthy' | 'unknown';

/**
 * State of one probe after each of its answers: three misses in a row make it unhealthy, one good answer healthy again. Until either has
 * happened it is unknown.
 */
export class HealthStateMachine {
  #misses = 0;
  #state: HealthState = 'unknown';

  next(ok: boolean): HealthState {
    this.#misses = ok ? 0 : this.#misses + 1;
    if (ok) this.#state = 'healthy';
    else if (this.#misses >= MISSES_UNHEALTHY) this.#state = 'unhealthy';
    return this.#state;
  }
}
