import { LEVEL_DRAIN_S } from '../../capacity/recovery/recovery-plan.js';
import type { RecoveryLevelPlan } from '../../capacity/recovery/recovery-search.js';
import type { RecoveryLevelEntry } from '../../journal/recovery-entry.js';
import type { Fault } from '../../scenario/faults/fault.js';
import { withSteps } from '../../scenario/faults/fault-plan.js';
import { compact } from '../../scenario/file/compact.js';
import { planOf } from '../../scenario/plan/plan.js';
import { BoundedDrive, SPARE_MS } from './bounded-drive.js';
import { askWhetherIdle } from './idle-question.js';
import { LevelRecorder } from './level-recorder.js';
import type { SearchContext } from './search-context.js';
import { trialScenario, trialTimeline } from './trial-load.js';

export interface LevelOrder {
  readonly under: string;
  /** The fault of the entry; its times are those of the level. */
  readonly fault: Fault;
  /** Index of the entry in `under`. */
  readonly index: number;
  readonly level: RecoveryLevelPlan;
  /** When it was asked for, seconds from the start of the search. */
  readonly askedS: number;
  /** Longest wait without load for the system to come back, seconds. */
  readonly idleS: number;
}

/**
 * Holds one load around a fault: before it, while it is on and after it, at the same rate all the time. Then the load is taken off, as an
 * operator would, until the server answers as it does without load.
 * @param segment of the level in the report
 * @param deadlineMs `nowMs` at which everything has to be over
 */
export async function holdLevel(
  context: SearchContext,
  { under, fault, index, level, askedS, idleS }: LevelOrder,
  segment: number,
  deadlineMs: number,
): Promise<RecoveryLevelEntry> {
  const { scenario, nowMs, ended } = context;
  const { share, rate, leadS, faultS, holdS, drainS } = level;
  const lengthS = Math.round(leadS + faultS + holdS);
  const leftMs = (): number => deadlineMs - SPARE_MS - nowMs();
  const recorder = new LevelRecorder(fault.dependency);
  let stopped: RecoveryLevelEntry['stopped'];
  let loadEndS = lengthS;
  // Its own timeline: one segment, for a fault that comes and goes belongs to the level and not to the schedule.
  const [whole] = trialTimeline(0, 1);
  const drive = new BoundedDrive<never>(context, {
    what: 'recovery-level',
    scenario: {
      ...trialScenario(scenario, {
        arrivalsPerS: rate / planOf(scenario).callsPerArrival,
        settleS: 0,
        measureS: lengthS,
        drainMs: Math.round(Math.max(200, Math.min(LEVEL_DRAIN_S * 1000, leftMs() - lengthS * 1000))),
        seed: scenario.load.seed + segment,
      }),
      faults: [withSteps({ ...fault, atMs: leadS * 1000, forMs: faultS * 1000 })],
    },
    timeline: whole === undefined ? [] : [{ ...whole, name: 'level', phase: 'level', endS: lengthS }],
    segment,
    leftMs,
    hear: (entry) => {
      recorder.add(entry);
      if (entry.type === 'proxy') return undefined;
      return entry.type === 'fault' ? { ...entry, fault: index } : entry;
    },
    onEnd: (why, atS) => {
      if (atS >= lengthS) return;
      stopped = why;
      loadEndS = Math.max(0, atS);
    },
  });
  await drive.ended();
  const cameBack = ended.aborted ? undefined : await askWhetherIdle(context, idleS, leftMs);
  return {
    type: 'recovery-level',
    t: drive.startT,
    under,
    share,
    offeredRate: rate,
    searchS: askedS,
    leadS,
    faultS,
    holdS,
    drainS,
    loadEndS,
    tookS: drive.tookS,
    ...compact({ stopped, cameBack }),
    ...recorder.recorded(),
  };
}
