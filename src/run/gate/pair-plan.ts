import type { GateBuild } from '../../journal/pair-entry.js';
import type { OpenPhase, Phase } from '../../scenario/load.js';
import type { Segment } from '../../scenario/plan/segment.js';
import type { Scenario } from '../../scenario/scenario.js';

/** Blocks of both builds by turns, one after the other without a gap. */
export interface BlockPlan {
  /** Which build is loaded in each slot; each pair of slots holds one of either. */
  readonly slots: readonly GateBuild[];
  readonly blockMs: number;
  /** First part of each block that is made and not counted; 0 in a warm-up, where nothing is counted. */
  readonly edgeMs: number;
}

/** Numbers of `{{ seq }}` that one build may use in one drive of a gate. */
const SEQ_A_DRIVE = 10_000_000;

/**
 * Slots in pairs, the order within each pair drawn by chance: what slows the machine down for a while meets both builds alike.
 * @param uniform numbers in (0, 1)
 */
export function drawSlots(pairsOfBlocks: number, uniform: (index: number) => number): readonly GateBuild[] {
  return Array.from({ length: pairsOfBlocks }, (_, at): readonly GateBuild[] =>
    uniform(at) < 0.5 ? ['baseline', 'candidate'] : ['candidate', 'baseline'],
  ).flat();
}

/**
 * The load of one build: its k-th block has the arrivals of the other build's k-th block, and between them it is left alone. Calls, rows and
 * chances depend on the index of an arrival alone, so they are the same too; `{{ seq }}` differs, for builds that share a database.
 * Closed users call on end through all slots, which then all have to be the build's own.
 * @param drive number of this drive among all of the gate
 */
export function blockScenario(
  { abort: _, events: _events, baseline: _baseline, ...scenario }: Scenario,
  phase: Phase,
  plan: BlockPlan,
  build: GateBuild,
  { seed, drive }: { readonly seed: number; readonly drive: number },
): Scenario {
  const scenarioOf = (phases: readonly Phase[]): Scenario => ({
    ...scenario,
    faults: [],
    load: { ...scenario.load, seed, firstSeq: drive * SEQ_A_DRIVE, phases },
  });
  if (phase.model === 'closed')
    return scenarioOf([{ ...phase, forMs: plan.slots.length * plan.blockMs, warmUp: plan.edgeMs === 0 }]);
  let block = 0;
  const phases = plan.slots.map((loaded, slot): OpenPhase => {
    const own = loaded === build;
    return {
      model: 'open',
      name: own ? `block ${block + 1}` : `pause ${slot + 1}`,
      fromPerS: own ? phase.fromPerS : 0,
      toPerS: own ? phase.fromPerS : 0,
      forMs: plan.blockMs,
      warmUp: plan.edgeMs === 0,
      pattern: own ? block++ : plan.slots.length + slot,
    };
  });
  return scenarioOf(phases);
}

/**
 * Segments of one build: a block from the end of its edge to the start of its next one (steps of a journey that come due meanwhile belong to
 * it), the edges and what comes before the first block apart from them. Ids of blocks are odd: `blockOf` tells which.
 */
export function blockTimeline(plan: BlockPlan, build: GateBuild): readonly Segment[] {
  const blockS = plan.blockMs / 1000;
  const starts = plan.slots.flatMap((loaded, slot) => (loaded === build ? [slot * blockS] : []));
  const endS = plan.slots.length * blockS;
  const segments: Segment[] = [];
  const add = (name: string, kind: Segment['kind'], fromS: number, toS: number): void => {
    segments.push({ id: segments.length, name, phase: name, kind, startS: fromS, endS: toS, faults: [] });
  };
  for (const [block, startS] of starts.entries()) {
    const edgeEndS = startS + plan.edgeMs / 1000;
    add(`edge ${block + 1}`, 'warm-up', block === 0 ? 0 : startS, edgeEndS);
    add(`block ${block + 1}`, 'steady', edgeEndS, starts[block + 1] ?? endS);
  }
  return segments;
}

/** Index of the block that a segment of `blockTimeline` is; undefined for an edge. */
export const blockOf = (segment: number): number | undefined => (segment % 2 === 1 ? (segment - 1) / 2 : undefined);

/** Shortest edge, and how much longer than its edge a block is at least. */
const LEAST_EDGE_MS = 50;
const BLOCK_OVER_EDGE = 10;
/** Longer blocks bring back what they are to take out: then the builds are measured one after the other. */
export const LONGEST_BLOCK_MS = 4000;

/** Edge and block for calls as slow as those of the warm-up. @param p99Us over both builds; null where they were not answered */
export function blockLengths(p99Us: number | null | undefined, blockMs: number): Pick<BlockPlan, 'edgeMs' | 'blockMs'> {
  const edgeMs = Math.max(LEAST_EDGE_MS, Math.ceil((p99Us ?? 0) / 1000));
  return { edgeMs, blockMs: Math.max(blockMs, BLOCK_OVER_EDGE * edgeMs) };
}
