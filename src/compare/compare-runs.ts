import { quantileBounds } from '../analysis/quantile-bounds.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { LatencyHistogram } from '../journal/latency-histogram.js';
import { machineDifferences } from '../result/machine-differences.js';
import type { GroupFigures } from '../result/phase-figures.js';
import type { Result } from '../result/result.js';
import {
  COMPARED_QUANTILES,
  type ComparedFigures,
  type ComparedMetric,
  type ComparedQuantile,
  type ComparedRun,
  type ComparedScope,
  type Comparison,
} from './comparison.js';

const AT = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

const PROOF =
  'One run of each cannot prove a change of the build: how much two runs of one build differ is not known here. `plimsoll gate` measures that and can prove one.';

/** What is compared of a run. */
export type ComparableResult = Pick<Result, 'run' | 'groups' | 'phases' | 'validity' | 'capacity' | 'gate'>;

/**
 * Puts two runs side by side: all judged calls, then each phase but warm-up, then each tool. Pure.
 * @throws PlimsollError (exit code 2) where either is a capacity search or a gate.
 */
export function compareRuns(a: ComparableResult, b: ComparableResult): Comparison {
  refuseOthers(a, b);
  return {
    schema: 'plimsoll.compare/1',
    a: runOf(a),
    b: runOf(b),
    caveats: caveatsOf(a, b),
    proof: PROOF,
    scopes: [
      ...paired('all', allOf(a), allOf(b)),
      ...paired('phase', phasesOf(a), phasesOf(b)),
      ...paired('tool', toolsOf(a), toolsOf(b)),
    ],
  };
}

const kindOf = ({ capacity, gate }: ComparableResult): string =>
  capacity !== undefined ? 'a capacity search' : gate !== undefined ? 'a gate' : 'a run';

function refuseOthers(a: ComparableResult, b: ComparableResult): void {
  const [kindA, kindB] = [kindOf(a), kindOf(b)];
  if (kindA === 'a run' && kindB === 'a run') return;
  throw new PlimsollError(`A (${a.run.id}) is ${kindA} and B (${b.run.id}) is ${kindB}: only two runs can be compared`, 'usage', {
    hint: 'name two folders that `plimsoll run` wrote',
  });
}

const runOf = ({ run }: ComparableResult): ComparedRun => ({
  id: run.id,
  scenario: run.scenario,
  scenarioHash: run.scenarioHash,
  startedAt: run.startedAt,
  durationS: run.durationS,
  version: run.version,
});

/** What differs beside the build, the gravest first. */
function caveatsOf(a: ComparableResult, b: ComparableResult): readonly string[] {
  const caveats: string[] = [];
  if (a.run.id === b.run.id) caveats.push('A and B are the same run.');
  if (a.run.scenarioHash !== b.run.scenarioHash) {
    caveats.push(
      `The workloads differ (scenario hash ${a.run.scenarioHash.slice(0, 12)} and ${b.run.scenarioHash.slice(0, 12)}): a change may be the workload's.`,
    );
  }
  const machines = machineDifferences(a.run.host, b.run.host);
  if (machines.length > 0) {
    caveats.push(`The machines that made the load differ (${machines.join(', ')}): a change may be the machine's.`);
  }
  if (a.run.version !== b.run.version) {
    caveats.push(`The versions of plimsoll differ (${a.run.version} and ${b.run.version}).`);
  }
  for (const [name, { run, validity }] of [
    ['A', a],
    ['B', b],
  ] as const) {
    if (run.end !== 'completed') caveats.push(`${name} did not run to its end (${run.end}).`);
    if (!validity.valid) caveats.push(`${name} is in doubt: ${validity.reasons[0] ?? 'no reason is told'}.`);
  }
  return caveats;
}

type Measured = Pick<GroupFigures, 'counts' | 'latencyUs' | 'response'>;
type Named = ReadonlyMap<string, Measured>;

const judgedOf = ({ groups }: ComparableResult): GroupFigures | undefined => groups.find(({ by }) => by === 'judged');

function allOf(result: ComparableResult): Named {
  const judged = judgedOf(result);
  return new Map(judged === undefined ? [] : [['all judged calls', judged]]);
}

/** Fault and recovery are no phases of their own: they lie within others, whose rows leave them out. */
const STRETCHES: Readonly<Record<string, string>> = { fault: 'during faults', recovery: 'after faults' };

function phasesOf({ groups, phases }: ComparableResult): Named {
  const warmUps = new Set(phases.filter(({ kind }) => kind === 'warm-up').map(({ phase }) => phase));
  return new Map(
    groups.flatMap((group): (readonly [string, Measured])[] => {
      const name =
        group.by === 'phase' && !warmUps.has(group.name) ? group.name : group.by === 'kind' ? STRETCHES[group.name] : undefined;
      return name === undefined ? [] : [[name, group]];
    }),
  );
}

const toolsOf = (result: ComparableResult): Named => new Map((judgedOf(result)?.tools ?? []).map((tool) => [tool.tool, tool]));

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
  const histogram = new LatencyHistogram();
  if (measured.response !== undefined) histogram.addInterval(measured.response);
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
