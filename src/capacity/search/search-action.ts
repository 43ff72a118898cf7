import type { SearchEnd } from '../../journal/search-end.js';
import type { SearchPlan } from '../../journal/search-plan.js';
import type { SloCondition } from './slo-condition.js';

export interface SearchOptions {
  readonly plan: SearchPlan;
  /** First rate, calls/s. */
  readonly startRate: number;
  /** Highest rate that may be tried; absent: none. */
  readonly highestRate?: number;
  readonly conditions: readonly SloCondition[];
}

export type SearchPurpose = 'double' | 'bisect' | 'soak' | 'refine';

/** What the search asks for next. Times in seconds, rates in calls/s. */
export type SearchAction =
  | { readonly do: 'warm-up'; readonly rate: number; readonly capS: number }
  | {
      readonly do: 'trial';
      readonly purpose: SearchPurpose;
      readonly rate: number;
      readonly settleS: number;
      readonly measureS: number;
    }
  | { readonly do: 'end'; readonly end: SearchEnd };
