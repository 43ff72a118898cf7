import type { GatePairs } from '../analysis/analysis.js';
import type { PairBuild, PairEntry } from '../journal/pair-entry.js';
import type { GateFigures, GateMetricFigures } from '../result/gate-figures.js';
import { compact } from '../scenario/file/compact.js';
import { decideGate, type GateDecision, type MetricDecision } from './decide.js';
import { detectableChange } from './detectable-change.js';
import { figuresOfPair, metricOf, tallyOf } from './figures-of-pair.js';
import { type GateRule, isRatio, type JudgedMetric, judgedMetrics } from './gate-rule.js';
import type { PairFigures } from './pair-figures.js';
import { evidenceOfLogs } from './ratio-evidence.js';

/**
 * Spread of p95 between two processes of one build, as a log ratio: what fresh processes in every pair average out and two URLs cannot
 * (0.03 for each of two processes, in quadrature).
 */
const SAME_PROCESSES_SPREAD = 0.042;

/** The rule that a gate decides by, from its settings as its journal has them. */
const ruleOf = (start: GatePairs['start']): GateRule => ({
  metrics: judgedMetrics(start),
  limits: start.limits,
  successMargin: start.successMargin,
  looks: start.pairs.looks,
  constantSpread: start.sameProcesses ? SAME_PROCESSES_SPREAD : 0,
});

/** Pairs whose figures count. */
export const countedPairs = (pairs: readonly PairEntry[]): readonly PairEntry[] =>
  pairs.filter(({ discarded }) => discarded === undefined);

/** What the pairs so far decide. @param canGoOn whether the budget lets the gate reach its next look */
export function decisionOf({ start, pairs }: GatePairs, canGoOn: boolean): GateDecision {
  const rule = ruleOf(start);
  return decideGate(
    countedPairs(pairs).map((pair) => figuresOfPair(pair, rule.metrics)),
    rule,
    canGoOn,
  );
}

/** Everything that a gate tells, from its journal alone. Pure. */
export function gateFigures(gate: GatePairs): GateFigures {
  const { start, pairs } = gate;
  const rule = ruleOf(start);
  const counted = countedPairs(pairs);
  const figures = counted.map((pair) => figuresOfPair(pair, rule.metrics));
  const { outcome, metrics, unconfirmed } = decisionOf(gate, false);
  const last = pairs.at(-1);
  return {
    mode: start.mode,
    ...(start.self === undefined ? {} : { self: start.self }),
    phase: start.phase,
    ...(start.under === undefined ? {} : { under: start.under }),
    baseline: start.baseline,
    candidate: start.candidate,
    sameProcesses: start.sameProcesses,
    ...(last === undefined ? {} : { blockMs: last.blockMs, edgeMs: last.edgeMs }),
    looks: start.pairs.looks,
    pairs: pairs.map(pairRow),
    // What was seen once and not again is no finding.
    metrics: metrics.map((metric) =>
      metricFigures(unconfirmed.includes(metric.name) ? { ...metric, state: 'open' } : metric, figures, rule),
    ),
    tools: toolRows(counted),
    contract: { rule: start.contract, changes: start.changes },
    decision: outcome === 'more' ? 'inconclusive' : outcome,
    unconfirmed,
  };
}

function pairRow({ index, t, tookS, ownS, seed, discarded, baseline, candidate }: PairEntry): GateFigures['pairs'][number] {
  return {
    index: index + 1,
    atS: t,
    tookS,
    ownS,
    seed,
    ...(discarded === undefined ? {} : { discarded }),
    baseline: buildRow(baseline),
    candidate: buildRow(candidate),
  };
}

function buildRow(build: PairBuild): GateFigures['pairs'][number]['baseline'] {
  const value = <Name extends string>(name: Name, found: number | null | undefined): { readonly [K in Name]?: number | null } =>
    (found === undefined ? {} : { [name]: found }) as { readonly [K in Name]?: number | null };
  const cpuUs = metricOf(build, { metric: 'cpu' });
  return {
    ...(build.startS === undefined ? {} : { startS: build.startS }),
    calls: build.blocks.reduce((sum, { calls }) => sum + calls, 0),
    failed: build.blocks.reduce((sum, { failed }) => sum + failed, 0),
    ...value('p50Us', metricOf(build, { metric: 'p50' })),
    ...value('p95Us', metricOf(build, { metric: 'p95' })),
    ...value('p99Us', metricOf(build, { metric: 'p99' })),
    ...(typeof cpuUs === 'number' ? { cpuUs } : {}),
    ...compact({ rssBytes: build.rssBytes, died: build.died }),
  };
}

function metricFigures(decided: MetricDecision, pairs: readonly PairFigures[], rule: GateRule): GateMetricFigures {
  const { name, metric, tool, state: outcome } = decided;
  const base = { name, metric, ...(tool === undefined ? {} : { tool }), outcome } as const;
  if (decided.kind === 'success') {
    const { baseline, candidate, differenceHigh } = decided.evidence;
    const rate = ({ failed, of }: { readonly failed: number; readonly of: number }): number | null =>
      of === 0 ? null : 1 - failed / of;
    return {
      ...base,
      unit: 'ratio',
      baseline: rate(baseline),
      candidate: rate(candidate),
      high: differenceHigh,
      margin: rule.successMargin,
    };
  }
  const { ratio, low, high, interval, sd } = decided.evidence;
  const limits = isRatio(metric) ? rule.limits[metric] : undefined;
  const detectable =
    sd === undefined || limits === undefined
      ? undefined
      : detectableChange({ pairSd: sd, metrics: Math.min(3, rule.metrics.length), limits, looks: rule.looks });
  return {
    ...base,
    unit: 'us',
    baseline: meanOf(pairs.map((pair) => pair.baseline.metrics[name])),
    candidate: meanOf(pairs.map((pair) => pair.candidate.metrics[name])),
    ...compact({ ratio, low, high, interval, pairSd: sd }),
    regression: limits?.regression ?? 0,
    margin: limits?.margin ?? 0,
    ...(detectable === undefined ? {} : { smallestDetectable: detectable }),
  };
}

/** Geometric mean; null where any is among unanswered calls, or there is none. */
function meanOf(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0 || known.some((value) => value === null)) return null;
  return Math.exp(known.reduce<number>((sum, value) => sum + Math.log(value as number), 0) / known.length);
}

/** Each tool with its p95 over the pairs, busiest first: shown, and judged only where the scenario names it. */
function toolRows(pairs: readonly PairEntry[]): GateFigures['tools'] {
  const names = [
    ...new Set(pairs.flatMap(({ baseline, candidate }) => [...baseline.cells, ...candidate.cells].map(({ tool }) => tool))),
  ];
  return names
    .map((tool) => {
      const judged: Pick<JudgedMetric, 'metric' | 'tool'> = { metric: 'p95', tool };
      const both = pairs.map(({ baseline, candidate }) => [metricOf(baseline, judged), metricOf(candidate, judged)] as const);
      const logs = both.flatMap(([base, head]) => (base && head ? [Math.log(head / base)] : []));
      const { ratio, interval } = evidenceOfLogs(logs);
      return {
        tool,
        calls: pairs.reduce(
          (sum, { baseline, candidate }) =>
            sum + tallyOf(baseline, tool).count('offered') + tallyOf(candidate, tool).count('offered'),
          0,
        ),
        baselineP95Us: meanOf(both.map(([base]) => base)),
        candidateP95Us: meanOf(both.map(([, head]) => head)),
        ...compact({ ratio, interval }),
      };
    })
    .sort((a, b) => b.calls - a.calls || a.tool.localeCompare(b.tool));
}
