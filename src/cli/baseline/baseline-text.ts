import { baselineErrorLimit } from '../../judge/error-limit.js';
import { countedOf, limitsOf, type SavedBaseline } from '../../judge/saved-baseline.js';
import { countText } from '../../text/count-text.js';
import { latencyText, percentText, rateText } from '../../text/figure-text.js';

/** A baseline as a person reads it: what later runs are held to, and the runs that it comes from. */
export function renderBaseline(baseline: SavedBaseline): readonly string[] {
  const { tolerance, runs } = baseline;
  const limits = limitsOf(baseline);
  const counted = countedOf(baseline);
  const worstErrors = baselineErrorLimit({ limits, ...(counted === undefined ? {} : { counted }) })?.limit ?? 0;
  const latency = (name: string, ms: number | undefined): string[] =>
    ms === undefined ? [] : [`  ${name.padEnd(12)} ${latencyText(ms * 1000)}, at worst ${latencyText(ms * 1000 * tolerance)}`];
  const lines = [
    `Baseline of ${baseline.scenario}, saved ${baseline.savedAt}`,
    `  ${'workload'.padEnd(12)} ${baseline.scenarioHash.slice(0, 12)}`,
    ...latency('p50', limits.p50Ms),
    ...latency('p95', limits.p95Ms),
    ...latency('p99', limits.p99Ms),
    `  ${'error rate'.padEnd(12)} ${percentText(limits.errorRate ?? 0)}, at worst ${percentText(worstErrors)}`,
    `  ${'throughput'.padEnd(12)} ${rateText(limits.throughputPerS ?? 0)}, at worst ${rateText((limits.throughputPerS ?? 0) / tolerance)}`,
    runs.length === 1
      ? 'Run'
      : `Runs (each figure is the median of ${runs.length}, the error rate ${counted === undefined ? 'too' : 'that of all their calls'})`,
    ...runs.map(
      (run) =>
        `  ${run.runId}  ${countText(run.calls, 'call')}, p95 ${run.p95Us === undefined ? 'none' : latencyText(run.p95Us)}, on ${String(run.host.hostname ?? 'an unnamed host')}`,
    ),
  ];
  return lines;
}
