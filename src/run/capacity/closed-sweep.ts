import { setTimeout as wait } from 'node:timers/promises';
import type { Environment } from '../../environment/environment.js';
import type { JournalEntry } from '../../journal/journal-entry.js';
import type { SweepEntry } from '../../journal/trial-entry.js';
import type { Scenario } from '../../scenario/scenario.js';
import { nextDoubling, sweepLevels, sweepOrder } from './sweep-levels.js';
import { closedScenario, trialTimeline } from './trial-load.js';
import { TrialRecorder } from './trial-recorder.js';

export interface ClosedSweep {
  readonly environment: Environment;
  readonly scenario: Scenario;
  readonly write: (entry: JournalEntry) => void;
  readonly onPoint: (entry: SweepEntry) => void;
  readonly onStep: (text: string) => void;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** `nowMs` at the start of the run. */
  readonly originMs: number;
  readonly stopped: () => boolean;
  /** Longest that it may take, seconds. */
  readonly budgetS: number;
  /** Lengths of a stretch, seconds; tests shorten them. */
  readonly lengths?: SweepLengths;
}

export interface SweepLengths {
  readonly settleS: number;
  readonly measureS: number;
  /** Of the stretches that look for the top. */
  readonly lookS: number;
}

const LENGTHS: SweepLengths = { settleS: 2, measureS: 10, lookS: 3 };
const PAUSE_MS = 300;
const DRAIN_MS = 10_000;

/**
 * Throughput by number of callers without think time: callers are doubled until it no longer rises, then at least eight levels up to
 * twice the best one, each three times in random order. The look for the top is not part of the figures.
 * @returns false when time ran out, or the user ended it, before every level was measured three times
 */
export async function closedSweep(sweep: ClosedSweep): Promise<boolean> {
  const { scenario, nowMs, budgetS, lengths = LENGTHS } = sweep;
  const untilMs = nowMs() + budgetS * 1000;
  const mayGoOn = (nextS: number): boolean => !sweep.stopped() && nowMs() + nextS * 1000 < untilMs;
  const atMost = scenario.load.maxInFlight;
  const looks: { callers: number; rate: number }[] = [];
  for (;;) {
    const callers = nextDoubling(looks, atMost);
    if (callers === undefined) break;
    if (!mayGoOn(lengths.lookS + 2)) return false;
    const { ok, measuredS } = await stretch(sweep, callers, 1, lengths.lookS);
    looks.push({ callers, rate: ok / measuredS });
  }
  const best = looks.reduce((top, look) => (look.rate > top.rate ? look : top));
  const levels = sweepLevels(Math.min(atMost, 2 * best.callers));
  sweep.onStep(`closed sweep for the law: ${levels.join(', ')} callers, each three times in random order`);
  for (const callers of sweepOrder(levels, scenario.load.seed)) {
    if (!mayGoOn(lengths.settleS + lengths.measureS + 1)) return false;
    const entry = await stretch(sweep, callers, lengths.settleS, lengths.measureS);
    sweep.write(entry);
    sweep.onPoint(entry);
  }
  return !sweep.stopped();
}

async function stretch(sweep: ClosedSweep, callers: number, settleS: number, measureS: number): Promise<SweepEntry> {
  const { environment, scenario, nowMs, originMs } = sweep;
  const timeline = trialTimeline(settleS, measureS);
  const recorder = new TrialRecorder(timeline);
  const driven = closedScenario(scenario, { callers, settleS, measureS, drainMs: DRAIN_MS });
  const held: JournalEntry[] = [];
  let startT: number | undefined;
  const tell = (entry: JournalEntry): void => {
    recorder.add(entry);
    if (entry.type === 'process' || entry.type === 'host' || entry.type === 'note') {
      sweep.write({ ...entry, t: (startT as number) + entry.t });
    }
  };
  const drive = environment.drive(driven, timeline, (entry) => (startT === undefined ? void held.push(entry) : tell(entry)));
  startT = (nowMs() - originMs + drive.startedAtMs - Date.now()) / 1000;
  for (const entry of held) tell(entry);
  await drive.ended;
  await wait(PAUSE_MS);
  const { completed, succeeded, lateness, server, generatorCores } = recorder.measured();
  return {
    type: 'sweep',
    t: startT,
    callers,
    settleS,
    measuredS: measureS,
    ok: succeeded,
    failed: completed - succeeded,
    ...(lateness === undefined ? {} : { lateness }),
    ...(server === undefined ? {} : { server }),
    ...(generatorCores === undefined ? {} : { generatorCores }),
  };
}
