import { limitsOf, type SavedBaseline } from '../../judge/saved-baseline.js';
import { nounFor } from '../../text/count-text.js';

/** A baseline as a person reads it: what later runs are held to, and the runs that it comes from. */
export function renderBaseline(baseline: SavedBaseline): readonly string[] {
  const { tolerance, runs } = baseline;
  const limits = limitsOf(baseline);
  const latency = (name: string, ms: number | undefined): string[] =>
    ms === undefined ? [] : [`  ${name.padEnd(12)} ${milliseconds(ms)}, at worst ${milliseconds(ms * tolerance)}`];
  const lines = [
    `Baseline of ${baseline.scenario}, saved ${baseline.savedAt}`,
    `  ${'workload'.padEnd(12)} ${baseline.scenarioHash.slice(0, 12)}`,
    ...latency('p50', limits.p50Ms),
    ...latency('p95', limits.p95Ms),
    ...latency('p99', limits.p99Ms),
    `  ${'error rate'.padEnd(12)} ${percent(limits.errorRate ?? 0)}, at worst ${percent((limits.errorRate ?? 0) * tolerance)}`,
    `  ${'throughput'.padEnd(12)} ${(limits.throughputPerS ?? 0).toFixed(1)}/s, at worst ${((limits.throughputPerS ?? 0) / tolerance).toFixed(1)}/s`,
    runs.length === 1 ? 'Run' : `Runs (each figure is the median of ${runs.length})`,
    ...runs.map(
      (run) =>
        `  ${run.runId}  ${run.calls} ${nounFor(run.calls, 'call')}, p95 ${run.p95Us === undefined ? 'none' : milliseconds(run.p95Us / 1000)}, on ${String(run.host.hostname ?? 'an unnamed host')}`,
    ),
  ];
  return lines;
}

function milliseconds(ms: number): string {
  return `${Number(ms.toPrecision(3))} ms`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
