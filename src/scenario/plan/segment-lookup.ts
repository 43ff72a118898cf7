import { JUDGED_KINDS } from './phase-kind.js';
import type { Segment } from './segment.js';

export const isJudged = ({ kind }: Pick<Segment, 'kind'>): boolean => JUDGED_KINDS.includes(kind);

/** Segment whose time holds the middle of second `t`; undefined in the drain. Edge segments have no time of their own. */
export function segmentOfSecond(timeline: readonly Segment[], t: number): Segment | undefined {
  const middleS = t + 0.5;
  return timeline.find(({ kind, startS, endS }) => kind !== 'edge' && startS <= middleS && middleS < endS);
}
