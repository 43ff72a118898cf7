import type { GateFigures, GateMetricFigures } from '../result/gate-figures.js';
import type { Result } from '../result/result.js';
import type { ComparedGroup, ComparedValue, GateComparison } from './comparison.js';
import { figurePair, figuresOf, told } from './figure-pair.js';
import { comparedRun, sideCaveats } from './side-caveats.js';

/** What is compared of a gate. */
export type ComparableGate = Pick<Result, 'run' | 'validity'> & { readonly gate: GateFigures };

const PROOF =
  'Each gate compares its own two builds on one machine by turns. The change from A to B is that of the candidate, as far as both had the same baseline build.';

/** Puts two gates side by side: what each found of a metric, and how well it could see. Pure. */
export function compareGates(a: ComparableGate, b: ComparableGate): GateComparison {
  return {
    schema: 'plimsoll.compare/1',
    kind: 'gates',
    a: comparedRun(a),
    b: comparedRun(b),
    caveats: [...sideCaveats(a, b, 'gate'), ...gateCaveats(a.gate, b.gate)],
    proof: PROOF,
    groups: [decisionGroup(a.gate, b.gate), ...metricGroups(a.gate, b.gate), ...toolGroups(a.gate, b.gate)],
  };
}

function gateCaveats(a: GateFigures, b: GateFigures): readonly string[] {
  const caveats: string[] = [];
  if (a.baseline !== b.baseline) caveats.push(`The baselines differ (${a.baseline} and ${b.baseline}): a change may be theirs.`);
  for (const [name, gate] of [
    ['A', a],
    ['B', b],
  ] as const) {
    if (gate.self === true) caveats.push(`${name} compares a build with itself.`);
    if (gate.sameProcesses) caveats.push(`In ${name} the same processes answered in every pair.`);
  }
  if (a.phase !== b.phase) caveats.push(`The phases differ (${a.phase} and ${b.phase}).`);
  if (a.mode !== b.mode) caveats.push(`The modes differ (${a.mode} and ${b.mode}): one can see less than the other.`);
  if (a.under !== b.under) caveats.push(`The faults differ (${a.under ?? 'none'} and ${b.under ?? 'none'}).`);
  return caveats;
}

function decisionGroup(a: GateFigures, b: GateFigures): ComparedGroup {
  const pairs = ({ pairs }: GateFigures): ComparedValue | undefined =>
    told(pairs.filter(({ discarded }) => discarded === undefined).length);
  return {
    by: 'all',
    name: 'The gate',
    figures: figuresOf([
      figurePair('decision', 'text', [told(a.decision), told(b.decision)]),
      figurePair('baseline', 'text', [told(a.baseline), told(b.baseline)]),
      figurePair('candidate', 'text', [told(a.candidate), told(b.candidate)]),
      figurePair('pairs', 'count', [pairs(a), pairs(b)]),
    ]),
  };
}

type Both<Figures> = readonly [Figures | undefined, Figures | undefined];

/** Each name that either gate has, with what both have under it. */
function byName<Figures>(
  a: readonly Figures[],
  b: readonly Figures[],
  nameOf: (figures: Figures) => string,
): readonly (readonly [string, Both<Figures>])[] {
  const [own, other] = [a, b].map((all) => new Map(all.map((one) => [nameOf(one), one])));
  return [...new Set([...a, ...b].map(nameOf))].map((name) => [name, [own?.get(name), other?.get(name)]]);
}

function metricGroups(a: GateFigures, b: GateFigures): readonly ComparedGroup[] {
  return byName(a.metrics, b.metrics, ({ name }) => name).map(([name, [ownA, ownB]]) => ({
    by: 'metric',
    name,
    figures: figuresOf([
      (ownA ?? ownB)?.unit === 'ratio'
        ? figurePair('change', 'points', [moreFailures(ownA), moreFailures(ownB)], 'higher')
        : figurePair('change', 'change', [changeOf(ownA), changeOf(ownB)], 'higher'),
      figurePair('outcome', 'text', [told(ownA?.outcome), told(ownB?.outcome)]),
      figurePair('spread of a pair', 'share', [told(ownA?.pairSd), told(ownB?.pairSd)]),
      figurePair('finds', 'share', [told(ownA?.smallestDetectable), told(ownB?.smallestDetectable)]),
    ]),
  }));
}

/** Candidate / baseline - 1. */
function changeOf(
  figures: (Pick<GateMetricFigures, 'ratio' | 'interval'> & { readonly candidate?: number | null | undefined }) | undefined,
): ComparedValue | undefined {
  if (figures === undefined) return undefined;
  const { ratio, interval, candidate } = figures;
  if (ratio === undefined) return candidate === null ? told(null) : undefined;
  return told(ratio - 1, interval && [interval[0] - 1, interval[1] - 1]);
}

/** Share of all calls by which the candidate fails more. */
const moreFailures = (metric: GateMetricFigures | undefined): ComparedValue | undefined =>
  typeof metric?.baseline === 'number' && typeof metric.candidate === 'number'
    ? told(metric.baseline - metric.candidate)
    : undefined;

function toolGroups(a: GateFigures, b: GateFigures): readonly ComparedGroup[] {
  return byName(a.tools, b.tools, ({ tool }) => tool).flatMap(([tool, [ownA, ownB]]) => {
    const side = (row: GateFigures['tools'][number] | undefined) => row && changeOf({ ...row, candidate: row.candidateP95Us });
    const figures = figuresOf([figurePair('p95', 'change', [side(ownA), side(ownB)])]);
    return figures.length === 0 ? [] : [{ by: 'tool', name: tool, figures }];
  });
}
