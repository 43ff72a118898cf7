import type { CapacityAnswer, CapacityFigures, Trial } from '../../../../result/capacity-figures.js';
import { ABSENT, countText, givenRatioText, numberText, quantileText, rateText, spanText } from '../../../../text/figure-text.js';
import { seriesStyle } from '../../../charts/series-styles.js';
import type { XyChart, XyPoint } from '../../../charts/xy-chart.js';
import type { ReportView } from '../../../report-view.js';

type Quantile = 'p50' | 'p95' | 'p99';

/** The quantile that the binding condition is about; p95 where it is about none of those drawn. */
function boundQuantile({ bindingCondition }: CapacityAnswer): Quantile {
  const found = /\bp(50|95|99) /.exec(bindingCondition ?? '')?.[0].trim();
  return found === 'p50' || found === 'p99' ? found : 'p95';
}

/** Above capacity latency is a function of the length of the test: such a point is no property of the server. Calls that fail at once do not queue. */
const isDiverging = ({ outcome, condition, reason }: Trial): boolean =>
  outcome === 'fail' && !(isSuccessCondition(condition) && reason.startsWith(condition));

const isSuccessCondition = (condition: string): boolean => /^(?:.*: )?success /.test(condition);

/** What the table says of a trial: how it ended and, of one that failed, why it has the figures that it has. */
function verdictText(trial: Trial): string {
  if (trial.outcome !== 'fail') return NAMES_IN_TABLE[trial.outcome];
  // Results of earlier versions do not say whether a trial was stopped: there it was where some calls succeeded.
  if (trial.latencyUs === undefined)
    return trial.stopped === undefined && trial.successRate === 0 ? 'fail (no call succeeded)' : 'fail (stopped early)';
  return isDiverging(trial) ? 'fail (diverging)' : 'fail';
}

const NAMES_IN_TABLE = { pass: 'pass', insufficient: 'insufficient', invalid: 'invalid' } as const;

const NOTHING_TOLD = { p50: null, p95: null, p99: null } as const;

/** Latency against offered rate: the hockey stick, with trials as points by verdict, the SLO and the interval of the estimate. */
export function latencyByRate(view: ReportView, answer: CapacityAnswer, capacity: CapacityFigures): XyChart | undefined {
  const bound = boundQuantile(answer);
  const trials = answer.trials.filter(({ purpose, due }) => purpose !== 'warm-up' && due > 0);
  // A trial that was stopped early has no latencies worth telling; that it failed at this rate is what counts.
  const measured = trials
    .filter((trial) => trial.latencyUs !== undefined || trial.outcome === 'fail')
    .map((trial) => ({ trial, latencyUs: trial.latencyUs ?? NOTHING_TOLD }));
  if (measured.length === 0) return undefined;
  const ceilingMs = view.analysis.timeoutMs;
  const valueMs = (us: number | null): number => (us === null ? ceilingMs : Math.max(us / 1000, 0.01));
  const points: readonly XyPoint[] = measured.map(({ trial, latencyUs }) => ({
    x: trial.offeredRate,
    y: valueMs(latencyUs[bound]),
    kind: trial.outcome,
    ...(trial.outcome === 'fail' ? { hollow: true } : {}),
  }));
  const steady = measured
    .filter(({ trial }) => trial.outcome === 'pass')
    .sort((a, b) => a.trial.offeredRate - b.trial.offeredRate);
  const limitMs = { p50: view.analysis.slo.p50Ms, p95: view.analysis.slo.p95Ms, p99: view.analysis.slo.p99Ms }[bound];
  const { estimate, interval } = answer;
  const span = (us: number | null): string => quantileText(us, ceilingMs);
  return {
    id: `latency-by-rate-${answer.under.replace(/[^a-z0-9]+/gi, '-')}`,
    title: answer.under === 'none' ? 'Latency against rate' : `Latency against rate under ${answer.under}`,
    caption: `Each point is a trial: ${bound} response time at the offered rate (${capacity.arrivals} arrivals${capacity.instances === 1 ? '' : `, all ${capacity.instances} instances`}).${failedText(measured)}`,
    summary: `${countText(measured.length, 'trial')} from ${rateText(Math.min(...trials.map(({ offeredRate }) => offeredRate)))} to ${rateText(Math.max(...trials.map(({ offeredRate }) => offeredRate)))}. ${answer.summary}.`,
    x: { title: 'offered rate', unit: 'perS', scale: 'linear' },
    y: { title: 'response time (logarithmic)', unit: 'ms', scale: 'log' },
    points,
    kinds: kindsOf(measured.map(({ trial }) => trial)),
    lines: (['p50', 'p95', 'p99'] as const)
      .map((quantile, index) => ({
        id: quantile,
        label: `${quantile} of passed trials`,
        style: seriesStyle(index),
        values: steady
          .filter(({ latencyUs }) => latencyUs[quantile] !== null)
          .map(({ trial, latencyUs }) => [trial.offeredRate, valueMs(latencyUs[quantile])] as const),
      }))
      .filter(({ values }) => values.length > 0),
    ...(estimate !== undefined
      ? { stretch: { from: estimate.low, to: estimate.high, label: `estimate, ${givenRatioText(estimate.level)}` } }
      : interval.confirmedPass !== undefined && interval.smallestFail !== undefined
        ? { stretch: { from: interval.confirmedPass, to: interval.smallestFail, label: 'bracket' } }
        : {}),
    limits: limitMs === undefined ? [] : [{ y: limitMs, label: `SLO ${bound}` }],
    table: {
      head: ['Offered', 'Verdict', 'Measured for', 'Calls due', 'p50', 'p95', 'p99'],
      rows: measured.map(({ trial, latencyUs }) => [
        rateText(trial.offeredRate),
        verdictText(trial),
        spanText(trial.durationS),
        numberText(trial.due),
        ...(['p50', 'p95', 'p99'] as const).map((quantile) =>
          trial.latencyUs === undefined ? ABSENT : span(latencyUs[quantile]),
        ),
      ]),
    },
    size: 'wide',
  };
}

/** How to read the failed points, of which there are some. */
function failedText(measured: readonly { readonly trial: Trial; readonly latencyUs: NonNullable<Trial['latencyUs']> }[]): string {
  const failed = measured.filter(({ trial }) => trial.outcome === 'fail');
  if (failed.length === 0) return '';
  const edge = failed.some(({ latencyUs }) => Object.values(latencyUs).includes(null))
    ? ' At the upper edge: no such quantile, or stopped early.'
    : '';
  const diverging = failed.some(({ trial }) => isDiverging(trial))
    ? ' Above its capacity, latency grows with the length of the trial, which is in the table.'
    : '';
  return ` Hollow: failed.${edge}${diverging}`;
}

const NAMES = { pass: 'passed', fail: 'failed', insufficient: 'too few calls', invalid: 'not valid' } as const;

export function kindsOf(trials: readonly Trial[]): XyChart['kinds'] {
  const used = new Set(trials.map(({ outcome }) => outcome));
  return Object.fromEntries(
    (Object.keys(NAMES) as (keyof typeof NAMES)[]).filter((kind) => used.has(kind)).map((kind) => [kind, NAMES[kind]]),
  );
}
