import { quantileBounds } from '../analysis/quantile-bounds.js';
import { LatencyHistogram } from '../journal/latency-histogram.js';
import type { GroupFigures } from '../result/phase-figures.js';
import type { Result } from '../result/result.js';
import type { SelfCheck } from '../result/self-check.js';
import { studentTQuantile } from '../statistics/student-t.js';
import { countText, signedPercent } from '../text/figure-text.js';
import {
  COMPARED_QUANTILES,
  type ComparedFigures,
  type ComparedMetric,
  type ComparedNoise,
  type ComparedQuantile,
  type ComparedScope,
  type RunComparison,
} from './comparison.js';
import { comparedRun, sideCaveats } from './side-caveats.js';

const AT = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

const PROOF =
  'One run of each cannot prove a change of the build: how much two runs of one build differ is not known here. `plimsoll gate` measures that and can prove one.';

/** What is compared of a run. */
export type ComparableRun = Pick<Result, 'run' | 'groups' | 'phases' | 'validity'>;

/**
 * Puts two runs side by side: all judged calls, then each phase but warm-up, then each tool. Pure.
 * @param check the last self-check of a gate of the same workload on the machine of both, where there is one
 */
export function compareRuns(a: ComparableRun, b: ComparableRun, check?: SelfCheck): RunComparison {
  const noise = check === undefined ? undefined : noiseOf(check);
  return {
    schema: 'plimsoll.compare/1',
    kind: 'runs',
    a: comparedRun(a),
    b: comparedRun(b),
    caveats: sideCaveats(a, b, 'run'),
    proof: noise === undefined ? PROOF : noiseText(noise),
    ...(noise === undefined ? {} : { noise }),
    scopes: [
      ...paired('all', allOf(a), allOf(b)),
      ...paired('phase', phasesOf(a), phasesOf(b)),
      ...paired('tool', toolsOf(a), toolsOf(b)),
    ],
  };
}

/** With no change the mean of the log ratios is 0, and only their spread is estimated: a plain t law. */
function noiseOf({ startedAt, pairs, metrics }: SelfCheck): ComparedNoise {
  const within = metrics.map(({ name, pairSd }) => [name, Math.expm1(studentTQuantile(0.975, pairs - 1) * pairSd)] as const);
  return { selfCheckAt: startedAt, pairs, within: Object.fromEntries(within) };
}

function noiseText({ selfCheckAt, pairs, within }: ComparedNoise): string {
  const told = Object.entries(within).map(
    ([name, share]) => `${name === 'cpu' ? 'CPU per call' : name} up to ${signedPercent(share)}`,
  );
  return `One run of each cannot prove a change of the build. On this machine a build differed from itself by ${told.join(', ')} (\`gate --self\` of ${selfCheckAt.slice(0, 10)}, in 19 of 20 cases, by ${countText(pairs, 'pair')}), and two runs one after the other differ by more: less than that is noise.`;
}

type Measured = Pick<GroupFigures, 'counts' | 'latencyUs' | 'response'>;
type Named = ReadonlyMap<string, Measured>;

const judgedOf = ({ groups }: ComparableRun): GroupFigures | undefined => groups.find(({ by }) => by === 'judged');

function allOf(result: ComparableRun): Named {
  const judged = judgedOf(result);
  return new Map(judged === undefined ? [] : [['all judged calls', judged]]);
}

/** Fault and recovery are no phases of their own: they lie within others, whose rows leave them out. */
const STRETCHES: Readonly<Record<string, string>> = { fault: 'during faults', recovery: 'after faults' };

function phasesOf({ groups, phases }: ComparableRun): Named {
  const warmUps = new Set(phases.filter(({ kind }) => kind === 'warm-up').map(({ phase }) => phase));
  return new Map(
    groups.flatMap((group): (readonly [string, Measured])[] => {
      const name =
        group.by === 'phase' && !warmUps.has(group.name) ? group.name : group.by === 'kind' ? STRETCHES[group.name] : undefined;
      return name === undefined ? [] : [[name, group]];
    }),
  );
}

const toolsOf = (result: ComparableRun): Named => new Map((judgedOf(result)?.tools ?? []).map((tool) => [tool.tool, tool]));

/** What either run has under a name, in the order of A, then what B alone has. */
function paired(by: ComparedScope['by'], a: Named, b: Named): readonly ComparedScope[] {
  return [...new Set([...a.keys(), ...b.keys()])].map((name) => {
    const [ownA, ownB] = [figuresOf(a.get(name)), figuresOf(b.get(name))];
    return {
      by,
      name,
      ...(ownA === undefined ? {} : { a: ownA }),
      ...(ownB === undefined ? {} : { b: ownB }),
      change: ownA === undefined || ownB === undefined ? {} : changeOf(ownA, ownB),
    };
  });
}

function figuresOf(measured: Measured | undefined): ComparedFigures | undefined {
  if (measured === undefined) return undefined;
  const { counts, latencyUs } = measured;
  const calls = counts.offered - counts.droppedByGenerator - (counts.cancelled ?? 0);
  if (calls <= 0) return undefined;
  const histogram = LatencyHistogram.of([measured.response]);
  const { unanswered } = latencyUs.response;
  const quantiles: Partial<Record<keyof typeof AT, ComparedQuantile>> = {};
  for (const name of COMPARED_QUANTILES) {
    const us = latencyUs.response[name];
    if (us === undefined) continue;
    const interval = quantileBounds(AT[name], histogram, unanswered);
    quantiles[name] = { us, ...(interval === undefined ? {} : { interval }) };
  }
  return {
    calls,
    failed: calls - counts.ok,
    ...quantiles,
    ...(counts.successRate === undefined ? {} : { success: counts.successRate }),
    ...(counts.goodput === undefined ? {} : { goodput: counts.goodput }),
  };
}

function changeOf(a: ComparedFigures, b: ComparedFigures): ComparedScope['change'] {
  const change: Partial<Record<ComparedMetric, number>> = {};
  for (const name of COMPARED_QUANTILES) {
    const [usA, usB] = [a[name]?.us, b[name]?.us];
    if (typeof usA === 'number' && typeof usB === 'number' && usA > 0) change[name] = usB / usA - 1;
  }
  if (a.success !== undefined && b.success !== undefined) change.success = b.success - a.success;
  if (a.goodput !== undefined && b.goodput !== undefined && a.goodput > 0) change.goodput = b.goodput / a.goodput - 1;
  return change;
}
