import { setTimeout as wait } from 'node:timers/promises';
import type { SweepEntry } from '../../journal/trial-entry.js';
import { STREAM, uniformAt } from '../../load/random.js';
import { compact } from '../../scenario/file/compact.js';
import type { SearchContext } from './search-context.js';
import { closedScenario, trialTimeline } from './trial-load.js';
import { TrialRecorder } from './trial-recorder.js';

/** Lengths of a stretch, seconds. */
const SETTLE_S = 2;
const MEASURE_S = 10;
/** Of the stretches that look for the top. */
const LOOK_S = 3;
const PAUSE_MS = 300;
const DRAIN_MS = 10_000;

/**
 * Throughput by number of callers without think time, for the law: callers are doubled until it no longer rises, then at least eight levels
 * up to twice the best one, each three times in random order. The look for the top is not part of the figures. It ends early when its time
 * runs out, and with everything else.
 */
export async function closedSweep(context: SearchContext): Promise<void> {
  const { scenario, nowMs, request, watcher, ended } = context;
  const untilMs = nowMs() + request.sweepS * 1000;
  const mayGoOn = (nextS: number): boolean => !ended.aborted && nowMs() + nextS * 1000 < untilMs;
  const atMost = scenario.load.maxInFlight;
  const looks: { callers: number; rate: number }[] = [];
  for (;;) {
    const callers = nextDoubling(looks, atMost);
    if (callers === undefined) break;
    if (!mayGoOn(LOOK_S + 2)) return;
    const { ok, measuredS } = await stretch(context, callers, 1, LOOK_S);
    looks.push({ callers, rate: ok / measuredS });
  }
  const best = looks.reduce((top, look) => (look.rate > top.rate ? look : top));
  const levels = sweepLevels(Math.min(atMost, 2 * best.callers));
  watcher.onStep?.(`closed sweep for the law: ${levels.join(', ')} callers, each three times in random order`);
  for (const callers of sweepOrder(levels, scenario.load.seed)) {
    if (!mayGoOn(SETTLE_S + MEASURE_S + 1)) return;
    const entry = await stretch(context, callers, SETTLE_S, MEASURE_S);
    context.write(entry);
    watcher.onPoint?.(entry);
  }
}

async function stretch(context: SearchContext, callers: number, settleS: number, measureS: number): Promise<SweepEntry> {
  const { drives, scenario, nowS, write } = context;
  const timeline = trialTimeline(settleS, measureS);
  const recorder = new TrialRecorder(timeline);
  const driven = closedScenario(scenario, { callers, settleS, measureS, drainMs: DRAIN_MS });
  const drive = drives('sweep').drive(driven, timeline, (entry) => {
    recorder.add(entry);
    if (entry.type === 'process' || entry.type === 'host' || entry.type === 'note') write({ ...entry, t: startT + entry.t });
  });
  const startT = nowS() - drive.nowS();
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
    ...compact({ lateness, server, generatorCores }),
  };
}

/** Levels of a sweep: at least this many, and the largest at least this many times the smallest. */
const LEVELS = 8;
const LEAST_RATIO = 8;
const ROUNDS = 3;

/**
 * Caller counts from 1 to `largest`, evenly spaced in their logarithm as far as whole numbers are: at least eight, at least up to eight.
 * @param largest twice the level with the best throughput
 */
export function sweepLevels(largest: number): readonly number[] {
  const top = Math.max(LEAST_RATIO, Math.round(largest));
  const levels = new Set<number>([1, top]);
  // More steps than levels, until enough of them are different whole numbers.
  for (let steps = LEVELS - 1; levels.size < LEVELS; steps++) {
    levels.clear();
    for (let i = 0; i <= steps; i++) levels.add(Math.round(top ** (i / steps)));
  }
  return [...levels].sort((a, b) => a - b);
}

/** Every level three times, in an order that drift of the server cannot follow. */
export function sweepOrder(levels: readonly number[], seed: number): readonly number[] {
  const order = Array.from({ length: ROUNDS }, () => levels).flat();
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(uniformAt(seed, STREAM.sweep, last) * (last + 1));
    const kept = order[last] as number;
    order[last] = order[other] as number;
    order[other] = kept;
  }
  return order;
}

/**
 * The next level while the top is being looked for: twice the callers until throughput has not risen by 5 % for two doublings.
 * @param rates throughput by level, in the order 1, 2, 4, ...
 * @returns undefined when the top was passed
 */
export function nextDoubling(
  rates: readonly { readonly callers: number; readonly rate: number }[],
  atMost: number,
): number | undefined {
  const last = rates.at(-1);
  if (last === undefined) return 1;
  const best = Math.max(...rates.slice(0, -2).map(({ rate }) => rate), 0);
  const lately = Math.max(...rates.slice(-2).map(({ rate }) => rate));
  if (rates.length >= 3 && lately < 1.05 * best) return undefined;
  return last.callers * 2 > atMost ? undefined : last.callers * 2;
}
