import type { Analysis } from '../../src/analysis/analysis.js';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import { LatencyHistogram } from '../../src/journal/latency-histogram.js';
import type { Figures } from '../../src/result/call-figures.js';
import type { GroupFigures } from '../../src/result/phase-figures.js';
import type { LatencyLimits, Slo, SloLimits } from '../../src/scenario/objective.js';
import { segmentOfSecond } from '../../src/scenario/plan/segment-lookup.js';

type Outcome = 'pass' | 'fail' | 'invalid' | 'inconclusive';
type Judged = Figures & Pick<GroupFigures, 'response' | 'failedResponse'>;

const QUANTILES = { p50Ms: 0.5, p90Ms: 0.9, p95Ms: 0.95, p99Ms: 0.99, p999Ms: 0.999 } as const;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const fewest = (quantile: number): number => Math.ceil(Math.log(0.05) / Math.log(quantile >= 1 ? 0.99 : quantile));
const allowed = (share: number, calls: number): number => Math.floor((1 - share) * calls + 1e-9);

/**
 * The verdict of 0.1.0 on the SLO of a run: any judged phase in which starts were late, starts were given up, a load thread or the machine
 * was full, or CPU was stolen or throttled, made the whole run invalid; else limits were met or missed as counted. Written apart from the
 * judge, to be compared with it.
 */
export function oldOutcome({ result, slo, timeline }: Analysis, entries: readonly JournalEntry[]): Outcome {
  const smallestMs = Math.min(...[slo, ...Object.values(slo.tools), ...Object.values(slo.during)].flatMap(latenciesOf), 1e9);
  const limitUs = 1000 * (smallestMs === 1e9 ? 400 : smallestMs);
  for (const { id, kind } of timeline) {
    if (kind === 'warm-up' || kind === 'edge') continue;
    const phase = result.phases.find((each) => each.id === id);
    const here = entries.filter((entry) => 't' in entry && segmentOfSecond(timeline, entry.t)?.id === id);
    const host = here.flatMap((entry) => (entry.type === 'host' ? [entry] : []));
    const seconds = here.flatMap((entry) => (entry.type === 'second' ? [entry] : []));
    const threads = [...new Set(seconds.map(({ worker }) => worker))].map((worker) =>
      mean(seconds.flatMap((second) => (second.worker === worker ? (second.generator.cpuS ?? []) : []))),
    );
    const late = phase?.validity.latenessUs?.p99;
    const over = [
      typeof late === 'number' && late > Math.max(1000, 0.05 * limitUs),
      (phase?.counts.droppedByGenerator ?? 0) > 0,
      Math.max(0, ...threads) > 0.95,
      mean(host.flatMap(({ steal }) => steal ?? [])) > 0.05,
      mean(host.flatMap(({ throttledS }) => throttledS ?? [])) > 0.05,
      mean(host.flatMap(({ busy }) => busy ?? [])) > 0.98,
    ];
    if (over.includes(true)) return 'invalid';
  }
  const outcomes = outcomesOf(slo, result.groups);
  return (['fail', 'inconclusive', 'pass'] as const).find((outcome) => outcomes.includes(outcome)) ?? 'inconclusive';
}

const latenciesOf = ({ answered = {}, ...limits }: SloLimits): readonly number[] =>
  [limits, answered].flatMap((given) =>
    [...Object.keys(QUANTILES), 'maxMs'].flatMap((key) => (given as Record<string, number | undefined>)[key] ?? []),
  );

function outcomesOf(slo: Slo, groups: readonly GroupFigures[]): readonly Outcome[] {
  const judged = groups.find(({ by }) => by === 'judged');
  return [
    ...limitsOn(slo, judged),
    ...Object.entries(slo.tools).flatMap(([name, limits]) =>
      limitsOn(
        limits,
        judged?.tools.find(({ tool }) => tool === name),
      ),
    ),
    ...Object.entries(slo.during).flatMap(([name, limits]) =>
      limitsOn(
        limits,
        groups.find((group) => group.by === 'phase' && group.name === name) ??
          groups.find((group) => group.by === 'kind' && group.name === name),
      ),
    ),
  ];
}

function limitsOn(limits: SloLimits, figures: Judged | undefined): readonly Outcome[] {
  return [
    ...(limits.success === undefined ? [] : [successOf(limits.success, figures)]),
    ...latencyOf(limits, figures, false),
    ...latencyOf(limits.answered ?? {}, figures, true),
  ];
}

function successOf(target: number, figures: Judged | undefined): Outcome {
  const { offered = 0, droppedByGenerator = 0, cancelled = 0, ok = 0 } = figures?.counts ?? {};
  const due = offered - droppedByGenerator - cancelled;
  const needed = Math.ceil(1 / (1 - (target >= 1 ? 0.99 : target)) - 1e-9);
  if (due <= 0) return 'inconclusive';
  if (due - ok > allowed(target, Math.max(due, needed))) return 'fail';
  return due < needed ? 'inconclusive' : 'pass';
}

function latencyOf(limits: LatencyLimits, figures: Judged | undefined, answered: boolean): readonly Outcome[] {
  const histogram = new LatencyHistogram();
  if (figures?.response !== undefined) histogram.addInterval(figures.response);
  if (answered && figures?.failedResponse !== undefined) histogram.addInterval(figures.failedResponse);
  const unanswered = figures?.latencyUs.response.unanswered ?? 0;
  const calls = histogram.count + unanswered;
  return [...Object.entries(QUANTILES), ['maxMs', 1] as const].flatMap(([key, quantile]): readonly Outcome[] => {
    const limitMs = (limits as Record<string, number | undefined>)[key];
    if (limitMs === undefined) return [];
    if (calls === 0) return ['inconclusive'];
    if (key === 'maxMs') return [unanswered === 0 && (histogram.maxUs ?? 0) <= limitMs * 1000 ? 'pass' : 'fail'];
    const above = histogram.countAbove(limitMs * 1000) + unanswered;
    if (above > allowed(quantile, Math.max(calls, fewest(quantile)))) return ['fail'];
    return [calls < fewest(quantile) ? 'inconclusive' : 'pass'];
  });
}
