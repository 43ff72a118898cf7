import { RECOVERY_PLANS, recoveryBudgetS } from '../../capacity/recovery/recovery-plan.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { Budget } from '../../journal/search-plan.js';
import type { RecoveryStart } from '../../journal/start-entry.js';
import type { Scenario } from '../../scenario/scenario.js';

/**
 * What `--recovery-search` sets out to do.
 * @throws PlimsollError with exit code 2 when `under` names no fault to recover from, or not the healthy capacity that loads are shares of.
 */
export function recoveryOf({ load }: Scenario, under: readonly string[], budget: Budget): RecoveryStart {
  const found = `found ${under.join(', ')}`;
  if (under.every((entry) => entry === 'none')) {
    throw new PlimsollError(`--recovery-search needs a fault to recover from in capacity.under: ${found}`, 'usage', {
      hint: 'add one, for instance --under none --under slow-dependency@postgres',
    });
  }
  if (!under.includes('none')) {
    throw new PlimsollError(
      `--recovery-search needs \`none\` in capacity.under, because its loads are shares of the healthy capacity: ${found}`,
      'usage',
      { hint: 'add --under none' },
    );
  }
  const plan = RECOVERY_PLANS[budget];
  return { plan, budgetS: recoveryBudgetS(plan), ...(load.retry === undefined ? {} : { retry: load.retry }) };
}
