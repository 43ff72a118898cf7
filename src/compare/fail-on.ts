import { PlimsollError } from '../errors/plimsoll-error.js';
import { givenRatioText, percentText, signedPercent } from '../text/figure-text.js';
import { COMPARED_METRICS, type ComparedMetric, type Comparison } from './comparison.js';

/** How much worse a metric of B may be. */
export interface FailOn {
  readonly metric: ComparedMetric;
  /** Ratio: 0.1 lets a latency be 10 % higher, goodput 10 % lower, success 10 percentage points lower. */
  readonly worse: number;
}

/** What became of one `FailOn`. */
export interface FailOnOutcome {
  readonly metric: ComparedMetric;
  readonly outcome: 'held' | 'worse' | 'unknown';
  readonly text: string;
}

/** Reads `METRIC:PERCENT`. @throws PlimsollError (exit code 2) for anything else. */
export function failOnOf(text: string): FailOn {
  const [name, percent, ...more] = text.split(':');
  const metric = COMPARED_METRICS.find((each) => each === name);
  const number = /^\d+(\.\d+)?%?$/.test(percent?.trim() ?? '') ? Number.parseFloat(percent as string) : undefined;
  if (metric !== undefined && number !== undefined && more.length === 0) return { metric, worse: number / 100 };
  throw new PlimsollError(
    `--fail-on: found ${JSON.stringify(text)}, accepted: METRIC:PERCENT, METRIC being one of ${COMPARED_METRICS.join(', ')}`,
    'usage',
    { hint: 'p95:10 fails where p95 is more than 10 % higher, success:1 where more than 1 % of the calls fail on top' },
  );
}

/**
 * Holds the change over all judged calls against a limit. A latency that only A has an answer for is worse; one that neither or only B has
 * cannot be told. Pure.
 */
export function heldAgainst({ scopes }: Comparison, { metric, worse }: FailOn): FailOnOutcome {
  const all = scopes.find(({ by }) => by === 'all');
  const change = all?.change[metric];
  const limit = `limit ${givenRatioText(worse)}`;
  if (change === undefined) {
    const [usA, usB] = metric === 'success' || metric === 'goodput' ? [] : [all?.a?.[metric]?.us, all?.b?.[metric]?.us];
    return typeof usA === 'number' && usB === null
      ? { metric, outcome: 'worse', text: `${metric} of B is among calls that were never answered` }
      : { metric, outcome: 'unknown', text: `${metric} cannot be compared: a run has no figure for it` };
  }
  const loss = metric === 'success' || metric === 'goodput' ? -change : change;
  const said =
    metric === 'success'
      ? `${percentText(Math.abs(change))} ${change > 0 ? 'fewer' : 'more'} failures`
      : `${metric} ${signedPercent(change)}`;
  return { metric, outcome: loss > worse + 1e-12 ? 'worse' : 'held', text: `${said}, ${limit}` };
}
