import { createHash } from 'node:crypto';
import type { Redactor } from '../file/redactor.js';
import type { Scenario } from '../scenario.js';

/** JSON with the keys of every object in order, so that equal values give equal texts. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map((item) => (item === undefined ? 'null' : canonicalJson(item))).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
};

/**
 * Names the workload: two runs with the same hash offered the same calls on the same schedule under the same faults and events, to whatever target.
 * Name, target, limits (slo, baseline, abort), capacity and the count of workers are left out. Secrets are hidden before hashing, so that
 * the hash gives nothing away and does not change with a token. SHA-256 in hex over canonical JSON.
 */
export const scenarioHash = (scenario: Scenario, redactor?: Redactor): string => {
  const { workers: _, ...load } = scenario.load;
  const workload = {
    sessions: scenario.sessions,
    tenants: scenario.tenants?.map(({ name, weight, ratePerS }) => ({ name, weight, ratePerS })),
    client: scenario.client,
    load,
    data: scenario.data,
    calls: scenario.calls,
    classify: scenario.classify,
    dependencies: Object.fromEntries(Object.entries(scenario.dependencies).map(([name, { tools }]) => [name, { tools }])),
    faults: scenario.faults.map(({ steps: _, ...fault }) => fault),
    events: scenario.events?.map(({ name, atMs, command }) => ({ name, atMs, command })),
    recovery: scenario.faults.length === 0 ? undefined : scenario.recovery,
  };
  return createHash('sha256')
    .update(canonicalJson(redactor === undefined ? workload : redactor.redactData(workload)))
    .digest('hex');
};
