import type { Load } from '../scenario/load.js';
import { rateAt } from '../scenario/plan/arrival-rate.js';
import { tenantShares } from '../scenario/plan/tenant-shares.js';
import type { Tenant } from '../scenario/scenario.js';
import { STREAM, uniformAt } from './random.js';

interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
  /** Running sums of the shares; undefined for a ramp, whose shares change with its rate. */
  readonly upTo: readonly number[] | undefined;
  readonly shares: (atMs: number) => readonly number[];
}

/**
 * Whom an arrival belongs to, the same tenant for the same arrival whoever asks. Arrivals of the open model are thinned by chance: out of
 * Poisson arrivals each tenant's own are Poisson too, at its own rate and independent of the others (Lewis and Shedler 1979).
 * Users of the closed model belong to one tenant for good.
 */
export class TenantMix {
  readonly #seed: number;
  readonly #stretches: readonly Stretch[];
  readonly #weights: readonly number[];

  /** @param tenants at least one */
  constructor(tenants: readonly Tenant[], load: Pick<Load, 'seed' | 'phases'>) {
    this.#seed = load.seed;
    this.#weights = tenantShares(
      tenants.map(({ weight, ratePerS }) => ({ weight: weight ?? ratePerS ?? 1 })),
      1,
    );
    let startMs = 0;
    this.#stretches = load.phases.map((phase): Stretch => {
      const from = startMs;
      startMs += phase.forMs;
      if (phase.model === 'closed') {
        return { startMs: from, endMs: startMs, upTo: running(this.#weights), shares: () => this.#weights };
      }
      const shares = (atMs: number): readonly number[] => tenantShares(tenants, rateAt(phase, atMs - from));
      return {
        startMs: from,
        endMs: startMs,
        upTo: phase.fromPerS === phase.toPerS ? running(shares(from)) : undefined,
        shares,
      };
    });
  }

  /** Index of the tenant of an arrival that is due `dueMs` after the start of the first phase. */
  choose(arrival: number, dueMs: number): number {
    const stretch = this.#stretches.find(({ endMs }) => dueMs < endMs) ?? this.#stretches.at(-1)!;
    const upTo = stretch.upTo ?? running(stretch.shares(dueMs));
    const chance = uniformAt(this.#seed, STREAM.tenant, arrival);
    let index = 0;
    while (index < upTo.length - 1 && chance >= (upTo[index] as number)) index += 1;
    return index;
  }

  /** Index of the tenant of each user of a closed phase: as near to the shares as whole users can be, and spread over the list. */
  ofUsers(users: number): readonly number[] {
    const given = this.#weights.map(() => 0);
    return Array.from({ length: users }, (_, user) => {
      let next = 0;
      for (let i = 1; i < given.length; i++) {
        const lack = (this.#weights[i] as number) * (user + 1) - (given[i] as number);
        if (lack > (this.#weights[next] as number) * (user + 1) - (given[next] as number) + 1e-9) next = i;
      }
      given[next] = (given[next] as number) + 1;
      return next;
    });
  }
}

function running(shares: readonly number[]): readonly number[] {
  let sum = 0;
  return shares.map((share) => {
    sum += share;
    return sum;
  });
}
