import type { LatencyHistogram } from '../journal/latency-histogram.js';
import type { FairnessFigures, NeighbourFigures, NeighbourState } from '../result/fairness-figures.js';
import type { Result } from '../result/result.js';
import { minimumSamples } from '../statistics/minimum-samples.js';
import { countText, nounFor, percentText } from '../text/figure-text.js';
import type { CallShifts } from './call-shifts.js';
import type { Tally } from './tally.js';

/** One judged phase with what each tenant did in it. */
export interface SharedPhase {
  readonly phase: string;
  readonly seconds: number;
  readonly tenants: readonly {
    readonly tenant: string;
    readonly tally: Tally;
    /** The same calls, each shortened by what this machine can have added to it; absent where nothing is known of that. */
    readonly shifts?: CallShifts;
  }[];
}

/** A tenant is loud where it offers at least this many times what it offers where it is quietest. */
const LOUD_FACTOR = 1.5;
/** A tenant offers the same while its rate stays within this factor. */
const SAME_FACTOR = 1.25;
/** What matters: a p95 this many times as long, or this much of the success rate gone. */
const SLOWER_FACTOR = 1.2;
const SUCCESS_LOST = 0.01;
/** Beyond chance: so many standard errors. 3.09 is one chance in a thousand, one-sided. */
const STANDARD_ERRORS = 3.09;

/**
 * Compares tenants that shared a server. Undefined with fewer than two of them. Pure.
 *
 * A victim is a tenant whose own rate is about the same in two judged phases while another's is much higher in one of them. Two tests
 * with a normal approximation of the binomial, both one-sided at 0.1 %: whether more of its calls lie above its own quiet p95 than did
 * there, and whether fewer succeeded. A difference has to be large enough to matter as well, for many calls make any difference certain.
 */
export function fairnessOf(phases: readonly SharedPhase[]): Result['fairness'] {
  const names = new Set(phases.flatMap(({ tenants }) => tenants.map(({ tenant }) => tenant)));
  if (names.size < 2) return undefined;
  const timed = phases.filter(({ seconds }) => seconds > 0);
  return {
    phases: timed.flatMap(evenness),
    neighbours: [...names].flatMap((name) => neighbourOf(name, [...names], timed) ?? []),
  };
}

/** Jain's index (R. Jain, D. Chiu, W. Hawe, DEC-TR-301, 1984) of the success rates: (sum x)^2 / (n sum x^2). */
export function jainIndex(shares: readonly number[]): number {
  const sum = shares.reduce((total, x) => total + x, 0);
  const squares = shares.reduce((total, x) => total + x * x, 0);
  // Nobody got anything: all fared alike.
  return squares === 0 ? 1 : (sum * sum) / (shares.length * squares);
}

function evenness({ phase, tenants }: SharedPhase): readonly FairnessFigures[] {
  const rated = tenants.flatMap(({ tenant, tally }) => {
    const { successRate } = tally.figures(undefined).counts;
    return successRate === undefined ? [] : [{ tenant, successRate }];
  });
  if (rated.length < 2) return [];
  const sorted = [...rated].sort((a, b) => a.successRate - b.successRate);
  const index = jainIndex(rated.map(({ successRate }) => successRate));
  return [{ phase, index, best: sorted.at(-1)!, worst: sorted[0]! }];
}

const tallyIn = ({ tenants }: SharedPhase, name: string): Tally | undefined =>
  tenants.find(({ tenant }) => tenant === name)?.tally;

const rateIn = (phase: SharedPhase, name: string): number => (tallyIn(phase, name)?.count('offered') ?? 0) / phase.seconds;

/** The pair of phases in which the others' rate differs most while that of `name` stays; undefined when there is none. */
function neighbourOf(name: string, names: readonly string[], phases: readonly SharedPhase[]): NeighbourFigures | undefined {
  let found: { readonly quiet: SharedPhase; readonly loud: SharedPhase; readonly more: number } | undefined;
  const others = (phase: SharedPhase): number =>
    names.reduce((sum, other) => (other === name ? sum : sum + rateIn(phase, other)), 0);
  for (const quiet of phases) {
    for (const loud of phases) {
      const before = rateIn(quiet, name);
      const after = rateIn(loud, name);
      if (before === 0 || after > before * SAME_FACTOR || before > after * SAME_FACTOR) continue;
      const more = others(loud) - others(quiet);
      if (louder(name, names, quiet, loud).length > 0 && more > (found?.more ?? 0)) found = { quiet, loud, more };
    }
  }
  if (found === undefined) return undefined;
  return compared(name, louder(name, names, found.quiet, found.loud), found.quiet, found.loud);
}

function louder(name: string, names: readonly string[], quiet: SharedPhase, loud: SharedPhase): NeighbourFigures['loud'] {
  return names.flatMap((tenant) => {
    const fromPerS = rateIn(quiet, tenant);
    const toPerS = rateIn(loud, tenant);
    return tenant !== name && toPerS > 0 && toPerS >= LOUD_FACTOR * fromPerS ? [{ tenant, fromPerS, toPerS }] : [];
  });
}

function compared(
  tenant: string,
  loud: NeighbourFigures['loud'],
  quietPhase: SharedPhase,
  loudPhase: SharedPhase,
): NeighbourFigures {
  const before = tallyIn(quietPhase, tenant)!;
  const after = tallyIn(loudPhase, tenant)!;
  const quiet = stateOf(before, quietPhase.seconds);
  const during = stateOf(after, loudPhase.seconds);
  const base = { tenant, loud, quietPhase: quietPhase.phase, loudPhase: loudPhase.phase, quiet, during };
  const needed = minimumSamples(0.95);
  const least = Math.min(ranked(before), ranked(after));
  if (least < needed)
    return {
      ...base,
      outcome: 'unclear',
      evidence: `${countText(least, 'call')} of ${tenant} ${nounFor(least, 'is', 'are')} too few: at least ${needed} are needed in each phase`,
    };

  const slow = slower(before, after, quiet.p95Us);
  const lost = quiet.successRate - during.successRate;
  const unlucky = lost >= SUCCESS_LOST && beyondChance(1 - quiet.successRate, quiet.calls, 1 - during.successRate, during.calls);
  const shifts = loudPhase.tenants.find((own) => own.tenant === tenant)?.shifts;
  const stands =
    (slow?.matters === true && (shifts === undefined || slowerStands(before, after, quiet.p95Us as number, shifts))) ||
    (unlucky &&
      (shifts === undefined ||
        beyondChance(1 - quiet.successRate, quiet.calls, shifts.certainFailures / during.calls, during.calls)));
  const seemsHurt = slow?.matters === true || unlucky;
  const outcome = stands ? 'hurt' : seemsHurt ? 'unclear' : 'held';
  const told = [
    slow === undefined
      ? 'its quiet p95 is among calls that were never answered'
      : `${percentText(slow.share)} of its calls were slower than 95 % of them were before`,
    `${percentText(during.successRate)} of its calls succeeded, ${percentText(quiet.successRate)} before`,
    ...(seemsHurt && !stands ? ['the delay of this machine may have made that: in doubt'] : []),
  ];
  return { ...base, ...(slow === undefined ? {} : { slower: slow.share }), outcome, evidence: told.join('; ') };
}

/** Calls that have a place in the order of response times: answered successes, with the unanswered above them. */
const ranked = (tally: Tally): number => tally.response.count + tally.unanswered;

const stateOf = (tally: Tally, seconds: number): NeighbourState => {
  const { counts, latencyUs } = tally.figures(seconds);
  const { p95 } = latencyUs.response;
  return {
    calls: counts.offered - counts.droppedByGenerator - (counts.cancelled ?? 0),
    offeredRate: counts.offered / seconds,
    successRate: counts.successRate ?? 0,
    ...(p95 === undefined ? {} : { p95Us: p95 }),
  };
};

/** Share of the later calls above the p95 of the earlier ones, and whether that is beyond chance and matters. */
function slower(
  before: Tally,
  after: Tally,
  limitUs: number | null | undefined,
): { readonly share: number; readonly matters: boolean } | undefined {
  if (limitUs === null || limitUs === undefined) return undefined;
  const above = (histogram: LatencyHistogram, unanswered: number): number => histogram.countAbove(limitUs) + unanswered;
  const shareBefore = above(before.response, before.unanswered) / ranked(before);
  const share = above(after.response, after.unanswered) / ranked(after);
  const p95 = after.response.percentile(0.95, after.unanswered);
  const longer = p95 === undefined || p95 === null || p95 >= SLOWER_FACTOR * limitUs;
  return { share, matters: longer && beyondChance(shareBefore, ranked(before), share, ranked(after)) };
}

/** The same when each of the later calls is shortened by what this machine can have added to it. */
function slowerStands(before: Tally, after: Tally, limitUs: number, shifts: CallShifts): boolean {
  const share = shifts.staysAbove(limitUs, 'successes') / ranked(after);
  const shareBefore = (before.response.countAbove(limitUs) + before.unanswered) / ranked(before);
  const longer = shifts.staysAbove(SLOWER_FACTOR * limitUs, 'successes') / ranked(after) >= 1 - 0.95;
  return longer && beyondChance(shareBefore, ranked(before), share, ranked(after));
}

/** Two proportions, the second above the first: the difference over its standard error, both taken together (pooled z test). */
function beyondChance(p1: number, n1: number, p2: number, n2: number): boolean {
  const pooled = (p1 * n1 + p2 * n2) / (n1 + n2);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
  return error === 0 ? p2 > p1 : (p2 - p1) / error > STANDARD_ERRORS;
}
