import type { Load } from '../scenario/load.js';
import { Pacer } from './pacer.js';

/** Share of a schedule: arrival i is ours when i % count === index. */
export interface Share {
  readonly index: number;
  readonly count: number;
}

/** Share of one worker out of a process's share; the shares of all workers of all shards are the whole, and no arrival is in two. */
export function workerShare(shard: Share, worker: number, workers: number): Share {
  return { index: shard.index + shard.count * worker, count: shard.count * workers };
}

/** This worker's part of a number that is divided among all (slots, users, sessions): the parts add up to it. */
export function partOf(total: number, { index, count }: Share): number {
  return Math.floor(total / count) + (index < total % count ? 1 : 0);
}

/** The open arrivals of all phases that fall to one share, in order: a cursor that stands on the next one. */
export class Schedule {
  readonly #load: Load;
  readonly #share: Share;
  #phase = -1;
  #phaseStartMs = 0;
  #nextStartMs = 0;
  #pacer: Pacer | undefined;
  #counted = 0;

  /** Milliseconds from the start of the first phase; Infinity when nothing is left. */
  dueMs = 0;
  /** Index of the arrival in the whole schedule, from 0. */
  index = 0;

  constructor(load: Load, share: Share) {
    this.#load = load;
    this.#share = share;
    this.advance();
  }

  /** Moves on to the next arrival of our share. */
  advance(): void {
    for (;;) {
      const dueS = this.#pacer?.next();
      if (dueS === undefined) {
        if (!this.#nextPhase()) {
          this.dueMs = Number.POSITIVE_INFINITY;
          return;
        }
        continue;
      }
      const index = this.#counted++;
      if (index % this.#share.count !== this.#share.index) continue;
      this.index = index;
      this.dueMs = this.#phaseStartMs + dueS * 1000;
      return;
    }
  }

  #nextPhase(): boolean {
    this.#phase += 1;
    const phase = this.#load.phases[this.#phase];
    this.#pacer = undefined;
    if (phase === undefined) return false;
    this.#phaseStartMs = this.#nextStartMs;
    this.#nextStartMs += phase.forMs;
    if (phase.model === 'open') this.#pacer = new Pacer(phase, this.#phase, this.#load);
    return true;
  }
}

/** Open arrivals of all phases and shares together. Walks the schedule (about 20 ns an arrival). */
export function countArrivals(load: Load): number {
  let count = 0;
  const schedule = new Schedule(load, { index: 0, count: 1 });
  for (; schedule.dueMs !== Number.POSITIVE_INFINITY; schedule.advance()) count += 1;
  return count;
}
