import { LEVEL_DRAIN_S } from '../../capacity/recovery/recovery-plan.js';
import type { RecoveryLevelPlan } from '../../capacity/recovery/recovery-search.js';
import type { JournalEntry } from '../../journal/journal-entry.js';
import type { RecoveryLevelEntry } from '../../journal/recovery-entry.js';
import type { DriveEntry } from '../../load/load-engine.js';
import { planOf } from '../../scenario/plan/plan.js';
import type { Fault } from '../../scenario/scenario.js';
import type { CapacityOutlet } from './capacity-outlet.js';
import { comesBack } from './idle-check.js';
import { idleQuestion } from './idle-question.js';
import { LevelRecorder } from './level-recorder.js';
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

/** Kept free at the deadline. */
const SPARE_S = 0.3;
/** Error samples of one level that the journal keeps. */
const SAMPLES = 5;

/**
 * Holds one load around a fault: before it, while it is on and after it, at the same rate all the time. Then the load is taken off, as an
 * operator would, until the server answers as it does without load.
 * @param segment of the level in the report
 * @param deadlineMs `nowMs` at which everything has to be over
 */
export async function holdLevel(
  outlet: CapacityOutlet,
  { under, fault, index, level, askedS, idleS }: LevelOrder,
  segment: number,
  deadlineMs: number,
): Promise<RecoveryLevelEntry> {
  const { drives, originMs, ended } = outlet;
  const { nowMs } = outlet.parts;
  const { scenario } = outlet.request.loaded;
  const { share, rate, leadS, faultS, holdS, drainS } = level;
  const lengthS = Math.round(leadS + faultS + holdS);
  const leftMs = (): number => deadlineMs - SPARE_S * 1000 - nowMs();
  const driven = {
    ...trialScenario(scenario, {
      arrivalsPerS: rate / planOf(scenario).callsPerArrival,
      settleS: 0,
      measureS: lengthS,
      drainMs: Math.round(Math.max(200, Math.min(LEVEL_DRAIN_S * 1000, leftMs() - lengthS * 1000))),
      seed: scenario.load.seed + segment,
    }),
    faults: [{ ...fault, atMs: leadS * 1000, forMs: faultS * 1000 }],
  };
  const recorder = new LevelRecorder(fault.dependency);
  let samples = 0;
  let startT = 0;
  const hear = (entry: DriveEntry | JournalEntry): void => {
    recorder.add(entry);
    if (entry.type === 'second' || entry.type === 'cell' || entry.type === 'proxy') return;
    if (entry.type === 'sample' && (entry.kind !== 'error' || samples++ >= SAMPLES)) return;
    const told = 't' in entry ? { ...entry, t: startT + entry.t } : entry;
    outlet.write(told.type === 'sample' ? { ...told, segment } : told.type === 'fault' ? { ...told, fault: index } : told);
  };
  const held: (DriveEntry | JournalEntry)[] = [];
  let take = (entry: DriveEntry | JournalEntry): void => void held.push(entry);
  // Its own timeline: one segment, for a fault that comes and goes belongs to the level and not to the schedule.
  const [whole] = trialTimeline(0, 1);
  const timeline = whole === undefined ? [] : [{ ...whole, name: 'level', phase: 'level', endS: lengthS }];
  const drive = drives('recovery-level').drive(driven, timeline, (entry) => take(entry));
  const startedMs = nowMs() + drive.startedAtMs - Date.now();
  startT = (startedMs - originMs) / 1000;
  take = hear;
  for (const entry of held) hear(entry);

  let stopped: RecoveryLevelEntry['stopped'];
  let loadEndS = lengthS;
  const end = (why: NonNullable<RecoveryLevelEntry['stopped']>, how: 'drain' | 'at once'): void => {
    const atS = (nowMs() - startedMs) / 1000;
    if (stopped !== undefined) return;
    if (atS < lengthS) {
      stopped = why;
      loadEndS = Math.max(0, atS);
    }
    drive.stop(how, 'stopped');
  };
  const onStop = (): void => end('stopped', 'drain');
  ended.addEventListener('abort', onStop, { once: true });
  if (ended.aborted) onStop();
  const guard = setTimeout(() => end('deadline', 'at once'), Math.max(0, leftMs()));
  try {
    await drive.ended;
  } finally {
    clearTimeout(guard);
    ended.removeEventListener('abort', onStop);
  }
  const cameBack = ended.aborted
    ? undefined
    : await comesBack({
        ...idleQuestion(drives('idle-check'), scenario),
        longestS: idleS,
        leftMs,
        nowMs,
        stopped: () => ended.aborted,
      });
  return {
    type: 'recovery-level',
    t: startT,
    under,
    share,
    offeredRate: rate,
    searchS: askedS,
    leadS,
    faultS,
    holdS,
    drainS,
    loadEndS,
    tookS: (nowMs() - startedMs) / 1000,
    ...(stopped === undefined ? {} : { stopped }),
    ...(cameBack === undefined ? {} : { cameBack }),
    ...recorder.recorded(),
  };
}
