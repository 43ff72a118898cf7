import type { Segment } from '../../scenario/plan/segment.js';
import { isJudged } from '../../scenario/plan/segment-lookup.js';

/** The segments that a fault is compared over. */
export interface FaultWindows {
  /** The healthy stretch before it: the nearest judged segment, else the warm-up. */
  readonly before: readonly Segment[];
  readonly during: readonly Segment[];
  /** Calls that were due before it and ended after its start. */
  readonly edge: readonly Segment[];
  /** From its end to the next fault or the end of the load. */
  readonly after: readonly Segment[];
  readonly plannedAtS: number;
  readonly plannedEndS: number;
  /** Start of the next fault after its end, by plan. */
  readonly nextFaultAtS?: number;
}

/** Segments before, during and after one fault of the plan; undefined when the plan holds no such fault. Pure. */
export function faultWindows(timeline: readonly Segment[], fault: number): FaultWindows | undefined {
  const timed = timeline.filter(({ kind }) => kind !== 'edge');
  const during = timed.filter(({ faults }) => faults.includes(fault));
  const plannedAtS = during[0]?.startS;
  const plannedEndS = during.at(-1)?.endS;
  if (plannedAtS === undefined || plannedEndS === undefined) return undefined;
  const earlier = timed.filter(({ endS }) => endS <= plannedAtS);
  const healthy = earlier.filter(isJudged).at(-1) ?? earlier.filter(({ kind }) => kind === 'warm-up').at(-1);
  const next = timed.find(({ kind, startS }) => kind === 'fault' && startS >= plannedEndS);
  const after = timed.filter(
    ({ kind, startS }) => kind !== 'fault' && startS >= plannedEndS && startS < (next?.startS ?? Number.POSITIVE_INFINITY),
  );
  return {
    before: healthy === undefined ? [] : [healthy],
    during,
    edge: timeline.filter(({ kind, startS }) => kind === 'edge' && startS === plannedAtS),
    after,
    plannedAtS,
    plannedEndS,
    ...(next === undefined ? {} : { nextFaultAtS: next.startS }),
  };
}
