import { factsOf } from '../../capacity/search/reported-trials.js';
import { Search } from '../../capacity/search/search.js';
import { searchStart } from '../../capacity/search/search-start.js';
import type { SloCondition } from '../../capacity/search/slo-condition.js';
import type { TrialVerdict } from '../../capacity/search/trial-verdict.js';
import { isWarm } from '../../capacity/search/warm-up-rule.js';
import type { SearchEnd } from '../../journal/search-end.js';
import type { SearchPlan } from '../../journal/search-plan.js';
import type { TrialEntry } from '../../journal/trial-entry.js';
import type { TrialOrder } from './trial-runner.js';

export interface SearchRun {
  readonly under: string;
  readonly plan: SearchPlan;
  /** Lowest first rate, calls/s. */
  readonly startRate: number;
  /** Measures what a closed loop reaches, successes per second; counts against the budget. Absent: the search begins at `startRate`. */
  measureCeiling?(): Promise<number>;
  /** Told where it begins once that was looked for, calls/s. */
  onStart?(startRate: number): void;
  /** Highest rate that may be tried. */
  readonly highestRate?: number;
  readonly conditions: readonly SloCondition[];
  /** Waits until this machine is quiet, no longer than so many seconds. */
  waitForQuiet?(seconds: number): Promise<void>;
  /** Carries out one trial; `deadlineMs` on the scale of `nowMs`. */
  trial(order: TrialOrder, deadlineMs: number): Promise<TrialEntry>;
  /** Told of each trial, in order, before the next one starts. */
  onTrial(entry: TrialEntry, verdict: TrialVerdict | undefined): void;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** Why it has to end now, in words; undefined while it may go on. */
  readonly interrupted: () => string | undefined;
}

/** A search from its first trial to its end, within its budget. */
export async function runSearch(run: SearchRun): Promise<{ readonly end: SearchEnd; readonly tookS: number }> {
  const { under, plan, conditions, highestRate, nowMs } = run;
  const startedMs = nowMs();
  const deadlineMs = startedMs + plan.budgetS * 1000;
  const nowS = (): number => (nowMs() - startedMs) / 1000;
  const ceiling = run.interrupted() === undefined ? await run.measureCeiling?.() : undefined;
  const start = searchStart(run.startRate, ceiling);
  if (ceiling !== undefined) run.onStart?.(start.startRate);
  const search = new Search({ plan, ...start, conditions, ...(highestRate === undefined ? {} : { highestRate }) });
  for (;;) {
    const why = run.interrupted();
    if (why !== undefined) return { end: search.interrupt(why), tookS: nowS() };
    const askedS = nowS();
    const action = search.next(askedS);
    if (action.do === 'end') return { end: action.end, tookS: nowS() };
    if (action.do === 'warm-up') {
      const { rate, capS } = action;
      const order: TrialOrder = { under, purpose: 'warm-up', rate, settleS: 0, measureS: capS, askedS, enough: isWarm };
      const entry = await run.trial(order, deadlineMs);
      search.warmedUp();
      run.onTrial(entry, undefined);
      continue;
    }
    const { purpose, rate, settleS, measureS, quietS } = action;
    if (quietS !== undefined && run.waitForQuiet !== undefined) {
      const fromS = nowS();
      await run.waitForQuiet(quietS);
      search.waited(nowS() - fromS);
      if (run.interrupted() !== undefined) continue;
    }
    const entry = await run.trial({ under, purpose, rate, settleS, measureS, askedS }, deadlineMs);
    // What the user cut short says nothing, and the trials before it stand.
    if (entry.stopped === 'stopped') {
      run.onTrial(entry, undefined);
      continue;
    }
    run.onTrial(entry, search.record(factsOf(entry, conditions), entry.cameBack ?? true));
  }
}
