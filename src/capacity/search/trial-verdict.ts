import { allowedAbove, minimumSamples } from '../../statistics/minimum-samples.js';
import { countText, latencyText, numberText, spanText } from '../../text/figure-text.js';
import { growing } from './growing.js';
import { longestLimitMs, type SloCondition } from './slo-condition.js';
import type { TrialFacts } from './trial-facts.js';

/** Which rule decided. */
export type TrialRule =
  | 'late'
  | 'doubt'
  | 'replicas'
  | 'in-flight'
  | 'quantile'
  | 'completed'
  | 'insufficient'
  | 'growing'
  | 'cut'
  | 'none';

export interface TrialVerdict {
  readonly outcome: 'pass' | 'fail' | 'insufficient' | 'invalid';
  readonly rule: TrialRule;
  /** Index of the condition that decided, or of the one nearest to its limit; absent without conditions. */
  readonly condition?: number;
  /** One sentence with the figures. */
  readonly reason: string;
}

/** Calls that may be outstanding at the end of a window whatever the rate. */
const FEWEST_OUTSTANDING = 20;

/**
 * The verdict of one trial. A pass stands. A failure stands where it is certain: where it would have come on a quiet machine too. Else it is
 * in doubt, which is a trial that says nothing (`invalid`).
 */
export function verdictOf(facts: TrialFacts, conditions: readonly SloCondition[]): TrialVerdict {
  const verdict = seenVerdict(facts, conditions);
  if (verdict.outcome !== 'fail' || isCertainFailure(facts, verdict, conditions)) return verdict;
  return { ...verdict, outcome: 'invalid', rule: 'doubt', reason: `${verdict.reason}; ${doubtText(facts.noise)}` };
}

/**
 * Whether a trial would have failed on a quiet machine too. Known by the calls that stay over a limit after each was shortened by its shift:
 * more than the limit lets lie above it, of the calls that were planned where it was stopped. Stopped in flight: by the delay since the system
 * was last calm, when that is shorter than the queue takes to fill from what the limit explains, (cap - rate x limit) / rate. A queue that
 * grew, or that outlasted the window: when no second had more than 50 ms of delay. Where nothing tells of delays every failure stands.
 */
function isCertainFailure(facts: TrialFacts, { rule }: TrialVerdict, conditions: readonly SloCondition[]): boolean {
  const { noise, rate, stopped, measuredS, plannedS = measuredS } = facts;
  if (noise === undefined || noise.view === 'none') return true;
  const missed = conditions.some(({ name, quantile }, index) => {
    const due = facts.conditions[index]?.due ?? 0;
    const planned = stopped === undefined || measuredS === 0 ? due : Math.max(due, (due * plannedS) / measuredS);
    return (noise.certainOver[name] ?? 0) > allowedAbove(quantile, Math.max(planned, minimumSamples(quantile)));
  });
  if (missed) return true;
  if (rule === 'in-flight') {
    const limitS = longestLimitMs(conditions) / 1000;
    const shiftUs = noise.stopShiftUs ?? null;
    return shiftUs !== null && shiftUs / 1e6 < (inFlightCap(rate, limitS) - rate * limitS) / rate;
  }
  return rule !== 'quantile' && noise.disturbedSeconds === 0;
}

/**
 * The verdict of one trial as it was seen: the first rule that applies, in the order invalid, stopped in flight, quantile, completed, insufficient, growing.
 * The quantile rule is by nearest rank, over max(due, n) calls, n being the fewest that prove it: with few calls only a certain failure
 * counts. Several conditions: the first that is missed decides. Rules and their error rates: simulated as written, see docs/capacity.md.
 */
function seenVerdict(facts: TrialFacts, conditions: readonly SloCondition[]): TrialVerdict {
  const { rate, due, completed, inFlight, measuredS, stopped } = facts;
  if (facts.late || stopped === 'late')
    return {
      outcome: 'invalid',
      rule: 'late',
      reason:
        facts.noise === undefined
          ? 'the generator started calls too late: the trial says nothing about the server'
          : 'the generator gave up more than 1 % of the starts: the trial says nothing about the server',
    };
  if (facts.replicasChanged === true) return { outcome: 'invalid', rule: 'replicas', reason: replicasText(facts.replicas) };
  const nearest = nearestCondition(facts, conditions);
  const at = nearest === undefined ? {} : { condition: nearest };
  if (stopped === 'in-flight')
    return {
      outcome: 'fail',
      rule: 'in-flight',
      ...at,
      reason: `stopped ${measuredS === 0 ? 'while it settled' : `after ${spanText(measuredS)}`}: more calls in flight than the limit explains, and rising`,
    };
  for (const [index, condition] of conditions.entries()) {
    const own = facts.conditions[index];
    if (own === undefined) continue;
    const allowed = allowedAbove(condition.quantile, Math.max(own.due, minimumSamples(condition.quantile)));
    if (own.over > allowed)
      return { outcome: 'fail', rule: 'quantile', condition: index, reason: missed(condition, own, allowed, stopped === 'over') };
  }
  const limitS = longestLimitMs(conditions) / 1000;
  const outstanding = due - completed;
  const mayBeOutstanding = Math.max(FEWEST_OUTSTANDING, 0.02 * due, rate * limitS);
  if (outstanding > mayBeOutstanding)
    return {
      outcome: 'fail',
      rule: 'completed',
      ...at,
      reason: `${numberText(outstanding)} of ${countText(due, 'call')} due had not ended with the window (${numberText(mayBeOutstanding)} allowed)`,
    };
  // The certain failure was seen while calls were still on their way; answered in the end, they leave nothing that can be judged.
  if (stopped !== undefined)
    return { outcome: 'insufficient', rule: 'cut', ...at, reason: `cut short after ${spanText(measuredS)} (${stopped})` };
  for (const [index, condition] of conditions.entries()) {
    const own = facts.conditions[index];
    const needed = minimumSamples(condition.quantile);
    if (own !== undefined && own.due < needed)
      return {
        outcome: 'insufficient',
        rule: 'insufficient',
        condition: index,
        reason: `${countText(own.due, 'call is', 'calls are')} too few for ${condition.name}: ${numberText(needed)} are needed`,
      };
  }
  if (growing(inFlight, rate, limitS))
    return {
      outcome: 'fail',
      rule: 'growing',
      ...at,
      reason: 'calls in flight grew through the whole window: the queue had no end in sight',
    };
  const tightest = nearest === undefined ? undefined : conditions[nearest];
  const own = nearest === undefined ? undefined : facts.conditions[nearest];
  return {
    outcome: 'pass',
    rule: 'none',
    ...at,
    reason:
      tightest === undefined || own === undefined
        ? 'every call was answered'
        : overText(tightest, own, allowedAbove(tightest.quantile, own.due)),
  };
}

const doubtText = (noise: TrialFacts['noise']): string =>
  noise?.largestShiftUs == null
    ? 'how much of it is this machine cannot be told: in doubt'
    : `up to ${latencyText(noise.largestShiftUs)} of a call may be this machine: in doubt`;

const replicasText = (replicas: TrialFacts['replicas']): string =>
  replicas === undefined
    ? 'the count of replicas changed while it ran'
    : `the count of replicas changed while it ran: ${replicas.least} to ${replicas.most}`;

type Counted = { readonly due: number; readonly over: number };

const overText = ({ name, kind }: SloCondition, { due, over }: Counted, allowed: number): string =>
  `${name}: ${numberText(over)} of ${countText(due, 'call')} ${kind === 'success' ? 'failed' : 'took longer or were not answered'} (${numberText(allowed)} allowed)`;

const missed = (condition: SloCondition, counted: Counted, allowed: number, early: boolean): string =>
  `${overText(condition, counted, allowed)}${early ? '; stopped early, the miss was certain' : ''}`;

/** The condition whose share of calls over is nearest to what it allows. */
function nearestCondition(facts: TrialFacts, conditions: readonly SloCondition[]): number | undefined {
  let nearest: number | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const [index, { quantile }] of conditions.entries()) {
    const own = facts.conditions[index];
    if (own === undefined || own.due === 0) continue;
    const use = own.over / Math.max(1e-9, (1 - quantile) * own.due);
    // Where nothing is over the stricter quantile is the nearer one.
    const score = use + quantile * 1e-6;
    if (score > most) {
      most = score;
      nearest = index;
    }
  }
  return nearest;
}

/** Calls in flight above which a trial is stopped: max(50, 4 x rate x limit). @param limitS longest latency limit, seconds */
export const inFlightCap = (rate: number, limitS: number): number => Math.max(50, 4 * rate * limitS);
