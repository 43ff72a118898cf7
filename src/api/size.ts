import type { Result } from '../result/result.js';
import { givenSettings } from '../run/size/given-settings.js';
import { savedSearch, searchOfResult } from '../run/size/saved-search.js';
import { sizeAgain } from '../run/size/size-again.js';
import { objectTree } from '../scenario/file/object-tree.js';
import { errorFor } from './outcome.js';
import type { Scenario } from './scenario.js';

/** The instances that a plan takes, with every input and where it comes from: `capacity.sizing` of a result. */
export type Sizing = NonNullable<NonNullable<Result['capacity']>['sizing']>;

/** Inputs of a sizing: keys of `capacity` of a scenario, such as `{ peak: '2000/s', survive: { zones: 1 } }`. */
export type SizingPlan = Omit<NonNullable<Scenario['capacity']>, 'under' | 'budget' | 'start'>;

export function sizeSaved(search: string | Result, plan: SizingPlan): Sizing {
  try {
    const saved = typeof search === 'string' ? savedSearch(search) : searchOfResult(search, 'the result');
    return sizeAgain(saved, givenSettings(saved.scenario.capacity, objectTree({ capacity: plan }, 'size')));
  } catch (error) {
    throw errorFor(error);
  }
}
