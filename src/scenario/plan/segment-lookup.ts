import type { Segment, SegmentKind } from './segment.js';

/** What the plain SLO and the baseline judge. */
const JUDGED_KINDS: readonly SegmentKind[] = ['steady', 'ramp', 'burst', 'closed'];

export const isJudged = ({ kind }: Pick<Segment, 'kind'>): boolean => JUDGED_KINDS.includes(kind);

/** Segment whose time holds the middle of second `t`; undefined in the drain. Edge segments have no time of their own. */
export function segmentOfSecond(timeline: readonly Segment[], t: number): Segment | undefined {
  const middleS = t + 0.5;
  return timeline.find(({ kind, startS, endS }) => kind !== 'edge' && startS <= middleS && middleS < endS);
}
