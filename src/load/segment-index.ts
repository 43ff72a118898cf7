import type { Segment } from '../scenario/plan/segment.js';

/** Finds the segment that a call belongs to. Times in seconds from the start of the first phase. */
export class SegmentIndex {
  readonly #timed: readonly Segment[];
  readonly #edges: readonly (Segment | undefined)[];

  /** @param timeline as `timelineOf` gives it: timed segments in order without a gap, then the edges. */
  constructor(timeline: readonly Segment[]) {
    this.#timed = timeline.filter(({ edgeOf }) => edgeOf === undefined);
    if (this.#timed.length === 0) throw new RangeError('a timeline has at least one segment');
    this.#edges = this.#timed.map(({ id }) => timeline.find(({ edgeOf }) => edgeOf === id));
  }

  /** Segment in which a call is due. What falls before the first or after the last belongs to that one. */
  at(dueS: number): Segment {
    let low = 0;
    let high = this.#timed.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#timed[middle] as Segment).startS <= dueS) low = middle;
      else high = middle - 1;
    }
    return this.#timed[low] as Segment;
  }

  /** Segment of a call that was due in `segment` and ended at `endedS`: its edge when a fault had started by then. */
  ended(segment: Segment, endedS: number): Segment {
    const edge = this.#edges[segment.id];
    return edge !== undefined && endedS >= edge.startS ? edge : segment;
  }
}
