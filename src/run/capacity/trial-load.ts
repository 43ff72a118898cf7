import type { Phase } from '../../scenario/load.js';
import type { Segment } from '../../scenario/plan/segment.js';
import type { Scenario } from '../../scenario/scenario.js';

/** Length of the blocks by which a trial counts: the spread between them tells how much calls of one trial hang together. */
export const BLOCK_S = 5;

/** The load of one trial. Whole seconds, so that what ended inside the window is known from the drive's seconds. */
export interface TrialLoad {
  /** Arrivals a second. */
  readonly arrivalsPerS: number;
  readonly settleS: number;
  readonly measureS: number;
  readonly drainMs: number;
  readonly seed: number;
}

/** The scenario of a trial: calls, arrivals, sessions and limits as they stand, one constant rate, and none of its own phases, faults and abort rule. */
export function trialScenario({ abort: _, ...scenario }: Scenario, load: TrialLoad): Scenario {
  const phase = (name: string, seconds: number, warmUp: boolean): Phase => ({
    model: 'open',
    name,
    fromPerS: load.arrivalsPerS,
    toPerS: load.arrivalsPerS,
    forMs: seconds * 1000,
    warmUp,
  });
  const phases = [...(load.settleS > 0 ? [phase('settle', load.settleS, true)] : []), phase('measure', load.measureS, false)];
  return { ...scenario, faults: [], load: { ...scenario.load, seed: load.seed, drainMs: load.drainMs, phases } };
}

/** The scenario of one closed stretch: callers without think time, unless one is given. */
export function closedScenario(
  { abort: _, ...scenario }: Scenario,
  load: {
    readonly callers: number;
    readonly thinkMs?: number;
    readonly settleS: number;
    readonly measureS: number;
    readonly drainMs: number;
  },
): Scenario {
  const phase: Phase = {
    model: 'closed',
    name: 'callers',
    users: load.callers,
    thinkMs: load.thinkMs ?? 0,
    forMs: (load.settleS + load.measureS) * 1000,
    warmUp: false,
  };
  return { ...scenario, faults: [], load: { ...scenario.load, drainMs: load.drainMs, phases: [phase] } };
}

/** Settle as a warm-up segment, then the measured window in blocks of 5 s: calls belong to the block in which they were due. */
export function trialTimeline(settleS: number, measureS: number): readonly Segment[] {
  const segments: Segment[] = [];
  const add = (name: string, kind: Segment['kind'], startS: number, endS: number): void => {
    segments.push({ id: segments.length, name, phase: name, kind, startS, endS, faults: [] });
  };
  if (settleS > 0) add('settle', 'warm-up', 0, settleS);
  for (let from = 0; from < measureS; from += BLOCK_S) {
    add('measure', 'steady', settleS + from, settleS + Math.min(from + BLOCK_S, measureS));
  }
  return segments;
}
