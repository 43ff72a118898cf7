import { recoveryLevel } from '../../capacity/recovery/recovery-level.js';
import { recoveryBudgetS } from '../../capacity/recovery/recovery-plan.js';
import { RecoverySearch } from '../../capacity/recovery/recovery-search.js';
import type { RecoveryEnd } from '../../journal/recovery-end.js';
import type { SearchEnd } from '../../journal/search-end.js';
import { compact } from '../../scenario/file/compact.js';
import { givenRateText, shareText } from '../../text/figure-text.js';
import { holdLevel } from './hold-level.js';
import { askWhetherIdle } from './idle-question.js';
import type { SearchContext } from './search-context.js';
import type { SearchUnder } from './search-entry.js';

/**
 * Hidden capacity under each fault, once the searches are done: loads are shares of the healthy capacity that they confirmed.
 * @param ends how the search under each entry ended
 * @param segment first segment that is free in the report
 * @throws PlimsollError what a drive throws.
 */
export async function searchRecovery(
  context: SearchContext,
  ends: ReadonlyMap<string, SearchEnd>,
  segment: number,
): Promise<void> {
  const { scenario, request, watcher, write, nowMs, ended, why } = context;
  const plan = request.start.recovery?.plan;
  if (plan === undefined) return;
  const healthyRate = ends.get('none')?.confirmedRate;
  let down: string | undefined;
  let next = segment;
  for (const [index, entry] of request.searches.entries()) {
    const { under, fault } = entry;
    if (fault === undefined) continue;
    if (ended.aborted) return;
    const startedMs = nowMs();
    const tookS = (): number => (nowMs() - startedMs) / 1000;
    const degradedShare = degradedOf(ends.get(under), healthyRate);
    const finish = (end: RecoveryEnd): void => {
      write({
        type: 'recovery-search',
        t: context.nowS(),
        under,
        ...compact({ healthyRate, degradedShare }),
        tookS: tookS(),
        end,
      });
      watcher.onSearchEnd?.(`recovery from ${under}`, end.ending, end.reason, tookS());
    };
    if (healthyRate === undefined || down !== undefined) {
      const reason = down === undefined ? 'no healthy capacity was confirmed' : `the target did not come back after ${down}`;
      finish({ ending: 'not-started', reason });
      continue;
    }
    const deadlineMs = startedMs + recoveryBudgetS(plan) * 1000;
    // What the searches left behind is no part of the first level.
    const idle = await askWhetherIdle(context, plan.idleS, () => deadlineMs - nowMs());
    if (idle === false) {
      down = 'the searches';
      finish({ ending: 'not-started', reason: `the target did not come back after ${down}` });
      continue;
    }
    const search = new RecoverySearch({ plan, healthyRate, degradedShare: degradedShare ?? 0 });
    const end = await levels({ ...entry, fault }, index, search, startedMs, deadlineMs);
    if (end.ending === 'stays-down') down = under;
    finish(end);
  }

  async function levels(
    { under, fault }: SearchUnder & { readonly fault: NonNullable<SearchUnder['fault']> },
    index: number,
    search: RecoverySearch,
    startedMs: number,
    deadlineMs: number,
  ): Promise<RecoveryEnd> {
    for (;;) {
      const reason = why();
      if (reason !== undefined) return search.interrupt(reason);
      const askedS = (nowMs() - startedMs) / 1000;
      const action = search.next(askedS);
      if (action.do === 'end') return action.end;
      const { level } = action;
      const { leadS, faultS, holdS } = level;
      watcher.onStep?.(
        `${under}: ${givenRateText(level.rate)} (${shareText(level.share)}) for ${leadS} s, the fault for ${faultS} s, then ${holdS} s more`,
      );
      const order = { under, fault, index, level, askedS, idleS: (plan as NonNullable<typeof plan>).idleS };
      const entry = await holdLevel(context, order, next++, deadlineMs);
      const { verdict } = recoveryLevel(entry, scenario.slo, plan as NonNullable<typeof plan>);
      write(entry);
      watcher.onLevel?.(entry, verdict);
      if (entry.stopped !== 'stopped') search.record(verdict.outcome, verdict.reason, entry.cameBack);
    }
  }
}

/** What is left of the healthy capacity under a fault, 0..1; undefined where the search under it did not tell. */
function degradedOf(end: SearchEnd | undefined, healthyRate: number | undefined): number | undefined {
  if (end === undefined || healthyRate === undefined) return undefined;
  if (end.ending === 'nothing-passes') return 0;
  const rate = end.confirmedRate ?? end.largestPass;
  return rate === undefined ? undefined : Math.min(1, rate / healthyRate);
}
