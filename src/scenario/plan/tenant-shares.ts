import type { Tenant } from '../scenario.js';

/**
 * Which share of the arrivals each tenant has while they come at `perS` in all: a tenant with a rate has that rate, the others divide the
 * rest by weight. Where the rates alone are more than all arrivals (a warm-up, a low rate of a capacity search) they divide them in
 * proportion to their rates; where nobody takes the rest the rated tenants take it in the same way. The shares add up to 1.
 */
export const tenantShares = (tenants: readonly Pick<Tenant, 'weight' | 'ratePerS'>[], perS: number): readonly number[] => {
  const rates = tenants.reduce((sum, { ratePerS = 0 }) => sum + ratePerS, 0);
  const weights = tenants.reduce((sum, { weight = 0 }) => sum + weight, 0);
  const all = weights === 0 || rates >= perS ? rates : perS;
  const rest = rates === 0 ? 1 : Math.max(0, 1 - rates / all);
  return tenants.map(({ ratePerS, weight = 0 }) => (ratePerS === undefined ? (rest * weight) / weights : ratePerS / all));
};
