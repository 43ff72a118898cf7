import type { ComparedFigures, ComparedMetric, ComparedRun, ComparedScope } from '../../compare/comparison.js';
import { changeText } from '../../gate/gate-words.js';
import { ABSENT, countText, latencyText, percentText, rateText, signedPercent, spanText } from '../../text/figure-text.js';

/** A figure of one run with its own interval: `61 ms (58 ms .. 66 ms)`. */
export function sideText(metric: ComparedMetric, figures: ComparedFigures | undefined): string {
  if (figures === undefined) return ABSENT;
  if (metric === 'success') {
    const { success, failed, calls } = figures;
    return success === undefined
      ? ABSENT
      : `${percentText(success)} of ${countText(calls, 'call')}${failed === 0 ? '' : `, ${countText(failed, 'failure')}`}`;
  }
  if (metric === 'goodput') return rateText(figures.goodput);
  const quantile = figures[metric];
  if (quantile === undefined) return ABSENT;
  if (quantile.us === null) return 'no answer';
  const { us, interval } = quantile;
  if (interval === undefined) return `${latencyText(us)} (too few calls for an interval)`;
  const high = interval.high === null ? 'no bound' : latencyText(interval.high);
  return `${latencyText(us)} (${latencyText(interval.low)} .. ${high})`;
}

/** How B differs from A. */
export function compareText({
  scope: { a, b, change },
  metric,
}: {
  readonly scope: ComparedScope;
  readonly metric: ComparedMetric;
}): string {
  if (a === undefined || b === undefined) return a === undefined ? 'only in B' : 'only in A';
  if (metric === 'success') {
    return changeText({
      unit: 'ratio',
      ...(a.success === undefined ? {} : { baseline: a.success }),
      ...(b.success === undefined ? {} : { candidate: b.success }),
    });
  }
  const own = change[metric];
  if (own !== undefined) return signedPercent(own);
  const lost = metric === 'goodput' ? [] : [a[metric]?.us === null ? 'A' : '', b[metric]?.us === null ? 'B' : ''];
  const where = lost.filter((name) => name !== '').join(' and ');
  return where === '' ? ABSENT : `no answer in ${where}`;
}

/** Which run: `20260101T120000Z-abc123 (orders, 2026-01-01 12:00:00 UTC, 1 min 30 s)`. */
export const runText = ({ id, scenario, startedAt, durationS }: ComparedRun): string =>
  `${id} (${scenario}, ${startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}, ${spanText(durationS)})`;

/** What the intervals are. */
export const INTERVALS_NOTE =
  'In brackets: the 95 % interval of each run by its own calls (order statistics). What differs from run to run is not in it.';
