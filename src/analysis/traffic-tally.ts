import { TRAFFIC_KINDS, type TrafficEntry, type TrafficKind } from '../journal/sessions-entry.js';
import type { TrafficFigures } from '../result/traffic-figures.js';

/** Adds up what a capacity search sent. */
export class TrafficTally {
  readonly #kinds = new Map<TrafficKind, { drives: number; calls: number; failed: number }>();

  add({ what, calls, failed }: TrafficEntry): void {
    const own = this.#kinds.get(what) ?? { drives: 0, calls: 0, failed: 0 };
    this.#kinds.set(what, own);
    own.drives += 1;
    own.calls += calls;
    own.failed += failed;
  }

  figures(): readonly TrafficFigures[] {
    return TRAFFIC_KINDS.flatMap((what) => {
      const own = this.#kinds.get(what);
      return own === undefined ? [] : [{ what, ...own }];
    });
  }
}
