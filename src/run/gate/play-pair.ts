import type { JournalEntry } from '../../journal/journal-entry.js';
import type { GateBuild, PairBuild, PairEntry } from '../../journal/pair-entry.js';
import type { Phase } from '../../scenario/load.js';
import { countText, numberText } from '../../text/figure-text.js';
import { onAborted } from '../on-aborted.js';
import { cpuBeyondIdle, type OpenBuild } from './open-build.js';
import { type BlockPlan, blockLengths, blockScenario, blockTimeline, drawSlots, LONGEST_BLOCK_MS } from './pair-plan.js';
import { PairRecorder } from './pair-recorder.js';

/** In which nothing is called: what a build uses idle. */
const REST_MS = 3000;
const END_TOLD_MS = 500;
/** A build whose starts fall under this share of its schedule was not measured. */
const LEAST_STARTED = 0.99;

export interface PairOrder {
  /** From 0. */
  readonly index: number;
  readonly seed: number;
  /** Uniform number in (0, 1) by index: the order of the blocks. */
  readonly uniform: (index: number) => number;
  readonly phase: Phase;
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly blockMs: number;
  readonly mode: 'duet' | 'pairs';
}

export interface PairParts {
  readonly nowMs: () => number;
  readonly pause: (ms: number, ended: AbortSignal) => Promise<void>;
  readonly ended: AbortSignal;
  /** Of the journal, seconds. */
  readonly nowS: () => number;
  /** Notes and samples of the drives. */
  readonly tell: (entry: JournalEntry, build: GateBuild) => void;
}

/** What a pair came to, and how long rest, warm-up and blocks take by plan; `too-slow`: blocks by turns would have to be longer than is of use. */
export type PlayedPair = { readonly pair: Omit<PairEntry, 'tookS' | 'ownS'>; readonly madeMs: number } | 'too-slow' | 'ended';

/** Plays one pair on two open builds by turns, block by block. */
export async function playDuet(
  order: PairOrder,
  builds: Readonly<Record<GateBuild, OpenBuild>>,
  parts: PairParts,
): Promise<PlayedPair> {
  const both = [builds.baseline, builds.candidate];
  const t = parts.nowS();
  const idleFrom = both.map((build) => build.readCpu());
  const restMs = idleFrom.some((reading) => reading !== undefined) ? REST_MS : 0;
  await parts.pause(restMs, parts.ended);
  const idleTo = both.map((build) => build.readCpu());
  const warmUp: BlockPlan = {
    slots: drawSlots(Math.max(1, Math.ceil(order.warmUpMs / (2 * order.blockMs))), (at) => order.uniform(1000 + at)),
    blockMs: order.blockMs,
    edgeMs: 0,
  };
  const warmed = await driveBoth(order, both, warmUp, 0, parts);
  if (parts.ended.aborted) return 'ended';
  const p99s = warmed.map(({ p99Us }) => p99Us).filter((p99Us) => p99Us !== undefined);
  const p99Us = p99s.some((value) => value === null) ? null : Math.max(0, ...(p99s as number[]));
  // The end of a process is told a moment after that of its connections.
  if (p99Us === null) await parts.pause(END_TOLD_MS, parts.ended);
  const gone = both.find(({ died }) => died !== undefined);
  if (gone !== undefined) {
    const none = { slots: [], blockMs: order.blockMs, edgeMs: 0 };
    const [baseline, candidate] = both.map((build) => built(build, new PairRecorder(), none, undefined));
    const pair = pairOf(order, t, none, baseline as PairBuild, candidate as PairBuild);
    return {
      pair: { ...pair, discarded: `the ${gone.build} exited in the warm-up` },
      madeMs: restMs + warmUp.slots.length * warmUp.blockMs,
    };
  }
  const lengths = blockLengths(p99Us, order.blockMs);
  if (lengths.blockMs > LONGEST_BLOCK_MS || p99Us === null) return 'too-slow';
  const plan: BlockPlan = {
    slots: drawSlots(Math.max(1, Math.round(order.measureMs / (2 * lengths.blockMs))), order.uniform),
    ...lengths,
  };
  const loadFrom = both.map((build) => build.readCpu());
  const recorders = await driveBoth(order, both, plan, 1, parts);
  const loadTo = both.map((build) => build.readCpu());
  if (parts.ended.aborted) return 'ended';
  const madeMs = restMs + warmUp.slots.length * warmUp.blockMs + plan.slots.length * plan.blockMs;
  const measured = both.map((build, at) =>
    built(
      build,
      recorders[at] as PairRecorder,
      plan,
      cpuBeyondIdle({ from: idleFrom[at], to: idleTo[at] }, { from: loadFrom[at], to: loadTo[at] }),
    ),
  );
  return { pair: pairOf(order, t, plan, measured[0] as PairBuild, measured[1] as PairBuild), madeMs };
}

/** Plays one build's half of a pair, for builds that cannot be up at the same time: the same blocks, one after the other. */
export async function playAlone(
  order: PairOrder,
  build: OpenBuild,
  parts: PairParts,
): Promise<{ readonly build: PairBuild; readonly plan: BlockPlan; readonly madeMs: number } | 'ended'> {
  const idleFrom = build.readCpu();
  const restMs = idleFrom === undefined ? 0 : REST_MS;
  await parts.pause(restMs, parts.ended);
  const idleTo = build.readCpu();
  const blocks = Math.max(1, Math.round(order.measureMs / (2 * order.blockMs)));
  const alone = (count: number): readonly GateBuild[] => Array.from({ length: count }, () => build.build);
  const warmUp = { slots: alone(Math.max(1, Math.ceil(order.warmUpMs / order.blockMs))), blockMs: order.blockMs, edgeMs: 0 };
  await driveBoth(order, [build], warmUp, 0, parts);
  if (parts.ended.aborted) return 'ended';
  // There is no other build whose calls could reach into its blocks: the edge of the first one is its ramp.
  const plan = { slots: alone(blocks), blockMs: order.blockMs, edgeMs: 50 };
  const loadFrom = build.readCpu();
  const [recorder] = await driveBoth(order, [build], plan, 1, parts);
  const cpuS = cpuBeyondIdle({ from: idleFrom, to: idleTo }, { from: loadFrom, to: build.readCpu() });
  if (parts.ended.aborted || recorder === undefined) return 'ended';
  const madeMs = restMs + (warmUp.slots.length + plan.slots.length) * order.blockMs;
  return { build: built(build, recorder, plan, cpuS), plan, madeMs };
}

/** One entry of the journal, without the times that only the caller knows. */
export function pairOf(
  { index, seed }: PairOrder,
  t: number,
  { edgeMs, blockMs }: BlockPlan,
  baseline: PairBuild,
  candidate: PairBuild,
): Omit<PairEntry, 'tookS' | 'ownS'> {
  const short = (
    [
      ['baseline', baseline],
      ['candidate', candidate],
    ] as const
  ).find(([, { started, scheduled, died }]) => died === undefined && started < LEAST_STARTED * scheduled);
  return {
    type: 'pair',
    t,
    index,
    seed,
    edgeMs,
    blockMs,
    baseline,
    candidate,
    ...(short === undefined
      ? {}
      : {
          discarded: `only ${numberText(short[1].started)} of ${countText(short[1].scheduled, 'call')} of the ${short[0]} could be started in time`,
        }),
  };
}

/** Drives all builds at the same time, each by its own slots. */
async function driveBoth(
  { phase, seed, index }: PairOrder,
  builds: readonly OpenBuild[],
  plan: BlockPlan,
  part: 0 | 1,
  parts: PairParts,
): Promise<readonly PairRecorder[]> {
  const driven = builds.map((open) => {
    const { build, environment } = open;
    const recorder = new PairRecorder();
    const drive = 2 * (2 * index + (build === 'baseline' ? 0 : 1)) + part;
    const scenario = blockScenario(open.scenario, phase, plan, build, { seed: seed + part, drive });
    const running = environment.drive(scenario, blockTimeline(plan, build), (entry) => {
      recorder.add(entry as JournalEntry);
      if (entry.type === 'note' || entry.type === 'sample') parts.tell(entry, build);
    });
    const stop = (): void => running.stop('drain', 'stopped');
    const off = onAborted(parts.ended, stop);
    void environment.serverExited.then(stop);
    return { recorder, ended: running.ended.finally(off) };
  });
  await Promise.all(driven.map(({ ended }) => ended));
  return driven.map(({ recorder }) => recorder);
}

function built(open: OpenBuild, recorder: PairRecorder, plan: BlockPlan, cpuS: number | undefined): PairBuild {
  const blocks = plan.slots.filter((slot) => slot === open.build).length;
  return {
    ...(open.startS === undefined ? {} : { startS: open.startS }),
    ...recorder.measured(blocks),
    ...(cpuS === undefined ? {} : { cpuS }),
    ...(open.died === undefined ? {} : { died: open.died }),
  };
}
