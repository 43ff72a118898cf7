import type { RatioLimits } from '../scenario/gate-settings.js';
import { holm } from '../statistics/holm.js';
import { type GateRule, isRatio, type JudgedMetric, WORSE_ALPHA } from './gate-rule.js';
import type { PairFigures } from './pair-figures.js';
import { isNotWorse, isWorse, type RatioEvidence, ratioEvidence } from './ratio-evidence.js';
import { type SuccessEvidence, successEvidence, successIsNotWorse, successIsWorse } from './success-evidence.js';

export type MetricState = 'worse' | 'not-worse' | 'open' | 'not-judged';

/** One judged metric after some pairs. */
export type MetricDecision = JudgedMetric & { readonly state: MetricState } & (
    | { readonly kind: 'ratio'; readonly evidence: RatioEvidence }
    | { readonly kind: 'success'; readonly evidence: SuccessEvidence }
  );

/** `more`: further pairs are needed; it is never the last word of a gate that may go on to its last look. */
export type GateOutcome = 'worse' | 'pass' | 'more' | 'inconclusive';

export interface GateDecision {
  readonly outcome: GateOutcome;
  readonly metrics: readonly MetricDecision[];
  /** Seen as worse at the first look, which has to be confirmed by the next. */
  readonly unconfirmed: readonly string[];
}

/** What the pairs say of each metric, whether or not the gate is looked at now. Holm's procedure is over all judged metrics. Pure. */
function weighMetrics(pairs: readonly PairFigures[], rule: GateRule): readonly MetricDecision[] {
  const weighed = rule.metrics.map((judged) =>
    isRatio(judged.metric)
      ? ({
          ...judged,
          kind: 'ratio',
          limits: rule.limits[judged.metric],
          evidence: ratioEvidence(pairs, judged.name, rule.constantSpread),
        } as const)
      : ({ ...judged, kind: 'success', evidence: successEvidence(pairs) } as const),
  );
  const excluded = holm(
    weighed.map(({ evidence }) => evidence.p),
    WORSE_ALPHA,
  );
  return weighed.map((own, at): MetricDecision => {
    const beyondChance = excluded[at] === true;
    if (own.kind === 'success') {
      const worse = successIsWorse(own.evidence, beyondChance);
      return { ...own, state: worse ? 'worse' : successIsNotWorse(own.evidence, rule.successMargin) ? 'not-worse' : 'open' };
    }
    const { limits, ...rest } = own;
    return { ...rest, state: ratioState(own.evidence, limits, beyondChance) };
  });
}

function ratioState(evidence: RatioEvidence, limits: RatioLimits, beyondChance: boolean): MetricState {
  if (isWorse(evidence, limits, beyondChance)) return 'worse';
  if (isNotWorse(evidence, limits)) return 'not-worse';
  const { pairs, worseWithoutSize, betterWithoutSize } = evidence;
  // Both builds leave the quantile unanswered in every pair: nothing can be compared, the SLO decides.
  if (pairs + worseWithoutSize + betterWithoutSize === 0) return 'not-judged';
  return pairs === 0 && worseWithoutSize === 0 ? 'not-worse' : 'open';
}

/**
 * The decision of a gate at one of its looks, or when it can make no more pairs. Worse is asked first: seen at the first look it has to be
 * seen again at the next, from the second look on it stands. Else the gate passes when no metric is open. Error rates: simulated as written,
 * see docs/how-a-gate-decides.md. Pure.
 * @param canGoOn whether the budget lets the gate reach its next look
 */
export function decideGate(pairs: readonly PairFigures[], rule: GateRule, canGoOn: boolean): GateDecision {
  const metrics = weighMetrics(pairs, rule);
  const worse = metrics.filter(({ state }) => state === 'worse').map(({ name }) => name);
  const atFirstLook = pairs.length < (rule.looks[1] ?? rule.looks[0] ?? 0);
  const last = !canGoOn || pairs.length >= (rule.looks.at(-1) ?? 0);
  if (worse.length > 0 && !atFirstLook) return { outcome: 'worse', metrics, unconfirmed: [] };
  if (worse.length > 0) return { outcome: last ? 'inconclusive' : 'more', metrics, unconfirmed: worse };
  const open = metrics.some(({ state }) => state === 'open') || metrics.every(({ state }) => state === 'not-judged');
  return { outcome: open ? (last ? 'inconclusive' : 'more') : 'pass', metrics, unconfirmed: [] };
}
