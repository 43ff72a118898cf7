import { type QueueingHint, queueingHint } from '../../../../capacity/law/queueing-hint.js';
import type { CapacityAnswer } from '../../../../result/capacity-figures.js';
import { maxUtilisation } from '../../../../statistics/erlang.js';
import { countText, latencyText, shareText } from '../../../../text/figure-text.js';
import { seriesStyle } from '../../../charts/series-styles.js';
import type { XyChart } from '../../../charts/xy-chart.js';

/**
 * The latency chart with the curve of an M/M/c queue of the same service time and the same largest throughput beside what was measured: a
 * server that stays below it has more to give than its slots, one above it waits for something else. Unchanged where the trials do not tell.
 * @param ceilingMs highest latency of the chart
 */
export function withQueueingLine(chart: XyChart, answer: CapacityAnswer, ceilingMs: number): XyChart {
  const bound = /\bp(50|95|99) /.exec(answer.bindingCondition ?? '')?.[1] ?? '95';
  const hint = answer.under === 'none' ? queueingHint(answer.trials, Number(bound) / 100) : undefined;
  if (hint === undefined) return chart;
  const rates = chart.points.map(({ x }) => x);
  const [from, to] = [Math.min(...rates), Math.max(...rates)];
  const values = hint.curve
    .map(({ ratePerS, latencyS }) => [ratePerS, latencyS * 1000] as const)
    .filter(([rate, ms]) => rate >= from && rate <= to && ms <= ceilingMs);
  if (values.length < 2) return chart;
  const label = `p${bound} of a queue with ${countText(hint.workers, 'worker')} (hint)`;
  return {
    ...chart,
    caption: `${chart.caption} For comparison, an M/M/${hint.workers} queue (Erlang C): random arrivals, exponential service of ${latencyText(hint.serviceS * 1e6)}.${keptUpTo(chart, hint)} If model and measurement differ, trust the measurement.`,
    lines: [...chart.lines, { id: 'queue', label, style: seriesStyle(chart.lines.length), values }],
  };
}

/** Up to what share of its capacity such a queue keeps the limit of the chart; nothing where the chart has none. */
function keptUpTo({ limits }: XyChart, { workers, serviceS, quantile }: QueueingHint): string {
  const [limit] = limits;
  if (limit === undefined) return '';
  const share = maxUtilisation(workers, limit.y / 1000 / serviceS, quantile);
  return share === 0
    ? ' The model never meets this limit.'
    : ` The model meets this limit up to ${shareText(share)} of its capacity.`;
}
