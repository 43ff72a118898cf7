import { PlimsollError } from '../errors/plimsoll-error.js';
import { givenRatioText, percentText, signedPercent } from '../text/figure-text.js';
import { COMPARED_METRICS, type ComparedFigure, type ComparedMetric, type Comparison, type RunComparison } from './comparison.js';

/** What `--fail-on` can be asked of each kind. */
const ASKED = {
  runs: COMPARED_METRICS,
  baselines: COMPARED_METRICS,
  gates: ['p50', 'p95', 'p99', 'success', 'cpu'],
  capacity: ['confirmed', 'estimate', 'cpu', 'memory', 'instances', 'cost'],
} as const satisfies Readonly<Record<Comparison['kind'], readonly string[]>>;

const SAID: Readonly<Record<Comparison['kind'], string>> = {
  runs: 'two runs',
  baselines: 'two baseline files',
  gates: 'two gates',
  capacity: 'two capacity searches',
};

export type FailOnMetric = (typeof ASKED)[Comparison['kind']][number];

const METRICS: readonly FailOnMetric[] = [...new Set<FailOnMetric>(Object.values(ASKED).flat())];

/** How much worse a metric of B may be. */
export interface FailOn {
  readonly metric: FailOnMetric;
  /** Ratio: 0.1 lets a latency be 10 % higher, goodput 10 % lower, success 10 percentage points lower. */
  readonly worse: number;
}

/** What became of one `FailOn`. */
export interface FailOnOutcome {
  readonly metric: FailOnMetric;
  readonly outcome: 'held' | 'worse' | 'unknown';
  readonly text: string;
}

/** Reads `METRIC:PERCENT`. @throws PlimsollError (exit code 2) for anything else. */
export function failOnOf(text: string): FailOn {
  const [name, percent, ...more] = text.split(':');
  const metric = METRICS.find((each) => each === name);
  const number = /^\d+(\.\d+)?%?$/.test(percent?.trim() ?? '') ? Number.parseFloat(percent as string) : undefined;
  if (metric !== undefined && number !== undefined && more.length === 0) return { metric, worse: number / 100 };
  throw new PlimsollError(
    `--fail-on: found ${JSON.stringify(text)}, accepted: METRIC:PERCENT, METRIC being one of ${METRICS.join(', ')}`,
    'usage',
    { hint: 'p95:10 fails where p95 is more than 10 % higher, success:1 where more than 1 % of the calls fail on top' },
  );
}

/**
 * Holds the change over all judged calls (of searches: the healthy answer, of gates: the metric) against a limit. A figure that A has and B
 * certainly lost is worse; one that neither or only B has cannot be told. Pure.
 * @throws PlimsollError (exit code 2) for a metric that this kind does not have
 */
export function heldAgainst(comparison: Comparison, limit: FailOn): FailOnOutcome {
  const { kind } = comparison;
  const asked: readonly string[] = ASKED[kind];
  if (!asked.includes(limit.metric)) {
    throw new PlimsollError(`--fail-on: found ${limit.metric}, accepted for ${SAID[kind]}: ${asked.join(', ')}`, 'usage');
  }
  return kind === 'runs'
    ? runHeld(comparison, { ...limit, metric: limit.metric as ComparedMetric })
    : figureHeld(figureAsked(comparison, limit.metric), limit);
}

function runHeld({ scopes }: RunComparison, { metric, worse }: FailOn & { readonly metric: ComparedMetric }): FailOnOutcome {
  const all = scopes.find(({ by }) => by === 'all');
  const change = all?.change[metric];
  if (change === undefined) {
    const [usA, usB] = metric === 'success' || metric === 'goodput' ? [] : [all?.a?.[metric]?.us, all?.b?.[metric]?.us];
    return typeof usA === 'number' && usB === null
      ? { metric, outcome: 'worse', text: `${metric} of B is among calls that were never answered` }
      : { metric, outcome: 'unknown', text: `${metric} cannot be compared: a run has no figure for it` };
  }
  return metric === 'success'
    ? heldOf({ metric, worse }, -change, failuresText(-change))
    : heldOf({ metric, worse }, metric === 'goodput' ? -change : change, `${metric} ${signedPercent(change)}`);
}

const failuresText = (more: number): string => `${percentText(Math.abs(more))} ${more < 0 ? 'fewer' : 'more'} failures`;

const heldOf = ({ metric, worse }: FailOn, loss: number, said: string): FailOnOutcome => ({
  metric,
  outcome: loss > worse + 1e-12 ? 'worse' : 'held',
  text: `${said}, limit ${givenRatioText(worse)}`,
});

/** The figure that a metric means: of searches that of the healthy answer, of gates the change that each found. */
function figureAsked({ kind, groups }: Exclude<Comparison, RunComparison>, metric: FailOnMetric): ComparedFigure | undefined {
  if (kind === 'gates')
    return groups.find(({ by, name }) => by === 'metric' && name === metric)?.figures.find((each) => each.worse);
  return groups
    .filter(({ by, name }) => by !== 'search' || name === 'healthy')
    .flatMap(({ figures }) => figures)
    .find((figure) => figure.name === metric && figure.worse !== undefined);
}

function figureHeld(figure: ComparedFigure | undefined, limit: FailOn): FailOnOutcome {
  const { metric } = limit;
  const { change, a, b, worse } = figure ?? {};
  if (change === undefined) {
    const lost = typeof a?.value === 'number' && b !== undefined && typeof b.value !== 'number';
    return lost
      ? { metric, outcome: 'worse', text: `${metric}: B has none (${b.value ?? 'among calls that were never answered'})` }
      : { metric, outcome: 'unknown', text: `${metric} cannot be compared: a side has no figure for it` };
  }
  const loss = worse === 'lower' ? -change : change;
  return heldOf(limit, loss, metric === 'success' ? failuresText(loss) : `${metric} ${signedPercent(change)}`);
}
