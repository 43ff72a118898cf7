import type { CapacitySearch } from '../../analysis/analysis.js';
import type { RecoveryLevelEntry, RecoverySearchEntry } from '../../journal/recovery-entry.js';
import type { RecoveryStart } from '../../journal/start-entry.js';
import type { RecoveryAnswer, RecoveryLevel, RecoveryLoad } from '../../result/recovery-figures.js';
import { compact } from '../../scenario/file/compact.js';
import type { RetryPolicy } from '../../scenario/load.js';
import type { Slo } from '../../scenario/objective.js';
import { amountText, countText, rateText, shareText } from '../../text/figure-text.js';
import { recoveryLevel } from './recovery-level.js';

/**
 * The answers of the search for hidden capacity, one for each fault, from what the journal holds. A search that was cut short is told
 * from the levels that it had. Pure.
 */
export function recoveryAnswers(search: CapacitySearch, slo: Slo): readonly RecoveryAnswer[] {
  const { recovery, entries } = search.start;
  if (recovery === undefined) return [];
  return entries.flatMap(({ under }) => {
    const own = search.recoveryLevels.filter((level) => level.under === under);
    const ended = search.recoverySearches.find((each) => each.under === under);
    if (own.length === 0 && ended === undefined) return [];
    return [answerOf({ under, start: recovery, own, ended, slo })];
  });
}

interface Given {
  readonly under: string;
  readonly start: RecoveryStart;
  readonly own: readonly RecoveryLevelEntry[];
  readonly ended: RecoverySearchEntry | undefined;
  readonly slo: Slo;
}

function answerOf({ under, start, own, ended, slo }: Given): RecoveryAnswer {
  const { plan, budgetS, retry } = start;
  const levels = own.map((entry) => recoveryLevel(entry, slo, plan).level);
  const last = own.at(-1);
  const first = own[0];
  const healthyRate = ended?.healthyRate ?? (first === undefined ? undefined : first.offeredRate / first.share);
  const end = ended?.end ?? { ending: 'interrupted' as const, reason: 'the run was cut short' };
  const hidden = hiddenOf(levels);
  const stuck = levels.filter(({ outcome }) => outcome === 'stuck');
  const needs =
    stuck.length === 0 || stuck.some(({ cameBack }) => cameBack === undefined)
      ? undefined
      : stuck.every(({ cameBack }) => cameBack === true)
        ? ('load-shedding' as const)
        : ('restart' as const);
  const answer: Omit<RecoveryAnswer, 'summary' | 'remarks'> = {
    under,
    ending: end.ending,
    ...compact({ healthyRate, degradedShare: ended?.degradedShare }),
    hidden,
    mostAttempts: mostAttempts(retry),
    ...(needs === undefined ? {} : { needs }),
    label: plan.label,
    budgetS,
    tookS: ended?.tookS ?? (last === undefined ? 0 : last.searchS + last.tookS),
    levels,
  };
  return { ...answer, summary: summaryOf(answer, end.reason), remarks: remarksOf(answer, retry) };
}

function hiddenOf(levels: readonly RecoveryLevel[]): RecoveryAnswer['hidden'] {
  const load = ({ share, offeredRate }: RecoveryLevel): RecoveryLoad => ({ share, rate: offeredRate });
  const back = levels.filter(({ outcome }) => outcome === 'recovers' || outcome === 'slow').sort((a, b) => b.share - a.share)[0];
  const not = levels
    .filter(({ outcome, share }) => outcome === 'stuck' && share > (back?.share ?? 0))
    .sort((a, b) => a.share - b.share)[0];
  return { ...(back === undefined ? {} : { recovers: load(back) }), ...(not === undefined ? {} : { doesNot: load(not) }) };
}

/** Attempts that a call can come to: the policy's number, and where its budget is smaller, that. */
const mostAttempts = (retry: RetryPolicy | undefined): number =>
  retry === undefined ? 1 : Math.max(1, Math.min(retry.attempts, 1 + retry.budget));

const loadText = ({ share, rate }: RecoveryLoad): string => `${rateText(rate)} (${shareText(share)})`;

function summaryOf({ ending, hidden, needs, levels }: Omit<RecoveryAnswer, 'summary' | 'remarks'>, reason: string): string {
  const { recovers, doesNot } = hidden;
  const needed =
    needs === 'load-shedding'
      ? '; there it came back only when the load was taken off'
      : needs === 'restart'
        ? '; there it did not come back even without load'
        : '';
  const slow = levels.some(({ outcome }) => outcome === 'slow') ? ', slower than its backlog explains' : '';
  const back = recovers === undefined ? undefined : `recovers up to ${loadText(recovers)}${slow}`;
  const not = doesNot === undefined ? undefined : `stays down at ${loadText(doesNot)}${needed}`;
  const known = [back, not].filter((each) => each !== undefined).join(', ');
  if (ending === 'bracketed') return known;
  if (ending === 'recovers') return `${back ?? ''}, the highest load that was tried`;
  if (ending === 'not-started') return `not looked for: ${reason}`;
  return known === '' ? reason : `${known}; ${reason}`;
}

function remarksOf(answer: Omit<RecoveryAnswer, 'summary' | 'remarks'>, retry: RetryPolicy | undefined): readonly string[] {
  const { levels, mostAttempts: attempts, ending, degradedShare } = answer;
  if (ending === 'not-started') return [];
  const dropped = levels.reduce((sum, level) => sum + level.dropped, 0);
  return [
    retry === undefined
      ? 'The scenario has no `load.retry`: without retries nearly everything recovers, so this shows little about clients that do retry.'
      : `The retry policy makes up to ${amountText(attempts)} calls of one: a queue that clients give up on can stay full from about ${shareText(1 / attempts)} of its capacity on.`,
    ...(dropped === 0
      ? []
      : [
          `${countText(dropped, 'call was', 'calls were')} held back by load.maxInFlight: there the clients shed load, which real ones may not do. Raise it for a harder test.`,
        ]),
    ...(degradedShare === undefined && levels.length > 0
      ? ['The capacity under the fault is not known: the drain was computed as if nothing passed, which holds the load longest.']
      : []),
    ...(levels.length > 1 ? ['What recovers at one load is taken to recover at every lower one.'] : []),
  ];
}
