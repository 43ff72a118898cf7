import type { Load } from '../scenario/load.js';
import type { OutcomeClass } from '../scenario/outcome.js';
import { countArrivals, type Share } from './schedule.js';
import type { TenantMix } from './tenant-mix.js';

/** A user of a closed phase: calls, waits for the answer, thinks, and calls again until the phase ends. */
export interface ClosedUser {
  readonly phaseEndMs: number;
  readonly thinkMs: number;
  /** Index in the scenario's tenants; 0 when there are none. */
  readonly tenant: number;
}

/** A user pauses at least this long after a call that cost the server nothing, else it would spin. */
export function leastPauseMs(outcome: OutcomeClass): number {
  if (outcome === 'dropped' || outcome === 'dropped-by-generator') return 100;
  return outcome === 'connect-failed' ? 10 : 0;
}

/** The users of all closed phases that fall to one share. */
export class ClosedUsers {
  readonly #load: Load;
  readonly #share: Share;
  readonly #tenants: TenantMix | undefined;
  #openArrivals: number | undefined;
  #arrivals = 0;

  constructor(load: Load, share: Share, tenants?: TenantMix) {
    this.#load = load;
    this.#share = share;
    this.#tenants = tenants;
  }

  /** When each user is ready for its first call: spread over one think time, as if they had been thinking before. */
  *entrances(): Generator<{ readonly user: ClosedUser; readonly readyMs: number }> {
    let startMs = 0;
    for (const phase of this.#load.phases) {
      if (phase.model === 'closed') {
        const tenants = this.#tenants?.ofUsers(phase.users);
        for (let i = this.#share.index; i < phase.users; i += this.#share.count) {
          const user = { phaseEndMs: startMs + phase.forMs, thinkMs: phase.thinkMs, tenant: tenants?.[i] ?? 0 };
          yield { user, readyMs: startMs + (phase.thinkMs * i) / phase.users };
        }
      }
      startMs += phase.forMs;
    }
  }

  /** Index of the next arrival of a user. They come after all open ones, since nobody can know how many there will be. */
  nextIndex(): number {
    this.#openArrivals ??= countArrivals(this.#load);
    return this.#openArrivals + this.#arrivals++ * this.#share.count + this.#share.index;
  }
}
