import { formatRate } from '../file/units.js';
import type { Report, ScenarioParts } from './scenario-parts.js';

/** A rate this near to another one is that rate: 0.1 + 0.2 is 0.3. */
const ROUNDING = 1e-9;

/** Tenants: one name each, a weight or a rate, and rates that the phases can hold. */
export const checkTenants = (parts: ScenarioParts, report: Report): void => {
  const { tenants, phases, target } = parts;
  const first = tenants[0];
  if (first === undefined) return;
  if (target?.value.transport === 'stdio')
    report(['tenants'], 'tenants with transport: stdio', 'an HTTP transport: over stdio no headers distinguish tenants', {
      key: true,
    });
  const seen = new Map<string, number>();
  tenants.forEach(({ path, value, incomplete }) => {
    const { name, weight, rate } = value;
    if (weight === undefined && rate === undefined && !incomplete)
      report(path, 'a tenant with neither weight nor rate', 'weight (a share of the arrivals) or rate (arrivals of its own)', {
        hint: 'weight: 1 gives every tenant the same',
      });
    if (weight !== undefined && rate !== undefined)
      report([...path, 'rate'], 'rate together with weight', 'weight (a share of the arrivals) or rate (arrivals of its own)', {
        key: true,
      });
    const before = seen.get(name);
    if (before !== undefined)
      report([...path, 'name'], `the name ${JSON.stringify(name)} a second time`, 'a name of its own for each tenant', {
        hint: `first at tenants.${before}`,
      });
    else seen.set(name, Number(path.at(-1)));
  });

  const fixed = tenants.filter(
    ({ value, wrong }) => value.rate !== undefined && value.weight === undefined && !wrong.has('weight'),
  );
  const sum = fixed.reduce((total, { value }) => total + (value.rate ?? 0), 0);
  if (sum === 0) return;
  const rated = fixed.map(({ value }) => value.name).join(', ');
  const everyone = fixed.length === tenants.length;
  phases.forEach(({ path, wrong, value: { name, rate, users, warmUp } }) => {
    if (users !== undefined)
      report(
        [...path, 'users'],
        `users together with tenants with a rate (${rated})`,
        'tenants with weight: users are shared by weight',
        {
          key: true,
        },
      );
    if (rate === undefined || warmUp || wrong.has('warmUp')) return;
    const least = Math.min(rate.fromPerS, rate.toPerS);
    const most = Math.max(rate.fromPerS, rate.toPerS);
    if (least < sum * (1 - ROUNDING))
      report(
        [...path, 'rate'],
        `${formatRate(least)} in phase ${name}, less than the ${formatRate(sum)} of ${rated}`,
        `at least ${formatRate(sum)}: the rate of a phase is that of all tenants together`,
      );
    else if (everyone && most > sum * (1 + ROUNDING))
      report(
        [...path, 'rate'],
        `${formatRate(most)} in phase ${name}, more than the ${formatRate(sum)} of all tenants`,
        `${formatRate(sum)}, or one tenant with weight, which takes what the others leave`,
      );
  });
};
