import type { BaselineRun, SavedBaseline } from '../../judge/baseline-schema.js';
import { baselineErrorLimit } from '../../judge/error-limit.js';
import { ENOUGH, predictedFigures, predictedLimit, runsOfOneClass } from '../../judge/predicted-limits.js';
import { countedOf, limitsOf } from '../../judge/saved-baseline.js';
import { bySitting } from '../../judge/sitting.js';
import { countText, latencyText, percentText, rateText } from '../../text/figure-text.js';

/** A baseline as a person reads it: what later runs are held to, and the runs that it comes from. */
export function renderBaseline(baseline: SavedBaseline): readonly string[] {
  const { tolerance, runs } = baseline;
  const limits = limitsOf(baseline);
  const counted = countedOf(baseline);
  const predicted = predictedFigures(baseline);
  const worstErrors = baselineErrorLimit({ limits, ...(counted === undefined ? {} : { counted }) })?.limit ?? 0;
  const latency = (name: 'p50' | 'p95' | 'p99', ms: number | undefined): string[] => {
    const own = predicted && predictedLimit(predicted, name);
    if (own !== undefined) return [line(name, `${latencyText(own.centre * 1000)}, at worst ${latencyText(own.limit * 1000)}`)];
    return ms === undefined ? [] : [line(name, `${latencyText(ms * 1000)}, at worst ${latencyText(ms * 1000 * tolerance)}`)];
  };
  const { centre, limit } = (predicted && predictedLimit(predicted, 'throughput')) ?? {
    centre: limits.throughputPerS ?? 0,
    limit: (limits.throughputPerS ?? 0) / tolerance,
  };
  return [
    `Baseline of ${baseline.scenario}, saved ${baseline.savedAt}`,
    line('workload', baseline.scenarioHash.slice(0, 12)),
    ...latency('p50', limits.p50Ms),
    ...latency('p95', limits.p95Ms),
    ...latency('p99', limits.p99Ms),
    line('error rate', `${percentText(limits.errorRate ?? 0)}, at worst ${percentText(worstErrors)}`),
    line('throughput', `${rateText(centre)}, at worst ${rateText(limit)}`),
    line('judged by', judgedBy(baseline, predicted)),
    runs.length === 1
      ? 'Run'
      : `Runs (each figure is ${predicted === undefined ? `the median of ${runs.length}` : 'their geometric mean'}, the error rate ${counted === undefined ? 'too' : 'that of all their calls'})`,
    ...runs.map(runText),
  ];
}

const line = (name: string, text: string): string => `  ${name.padEnd(12)} ${text}`;

/** By what a later run is judged, and what is missing for more. */
function judgedBy(baseline: SavedBaseline, predicted: ReturnType<typeof predictedFigures>): string {
  const { runs, tolerance } = baseline;
  const own = runsOfOneClass(baseline);
  const others = runs.length - own.length;
  const besides = others === 0 ? '' : `; ${countText(others, 'run')} on other classes of machines not counted`;
  if (predicted !== undefined)
    return `what ${countText(predicted.runs, 'run')} of ${countText(predicted.sittings, 'sitting')} predict${besides}`;
  const sittings = bySitting(own);
  const have =
    sittings === undefined
      ? `${countText(own.length, 'run')}, not all with their sitting`
      : `${countText(own.length, 'run')} of ${countText(sittings.length, 'sitting')}`;
  return `tolerance ${tolerance}: ${have}; from ${ENOUGH.runs} runs of ${ENOUGH.sittings} sittings on, what they predict${besides}`;
}

function runText({ runId, calls, p95Us, host, sitting, startedAt }: BaselineRun): string {
  const { hostname, cpuModel, cores } = host;
  const machine = [cpuModel, typeof cores === 'number' ? countText(cores, 'core') : undefined].filter(
    (part) => part !== undefined,
  );
  return `  ${runId}  ${countText(calls, 'call')}, p95 ${p95Us === undefined ? 'none' : latencyText(p95Us)}, on ${String(hostname ?? 'an unnamed host')}${machine.length === 0 ? '' : ` (${machine.join(', ')})`}, ${sitting?.day ?? startedAt.slice(0, 10)}`;
}
