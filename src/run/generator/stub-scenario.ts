import { capacitySettings } from '../../scenario/capacity-settings.js';
import type { Phase } from '../../scenario/load.js';
import type { Scenario } from '../../scenario/scenario.js';
import { START_TIMEOUT_MS } from '../../scenario/target.js';

/** The scenario that the doctor drives against its stub: one tool, one phase, one load thread. */
export function stubScenario(url: string, phase: Phase, options: { readonly maxInFlight: number }): Scenario {
  return {
    name: 'doctor',
    target: {
      urls: [url],
      transport: 'streamable-http',
      env: {},
      protocol: 'legacy',
      startTimeoutMs: START_TIMEOUT_MS,
      headers: {},
      preflight: 'schema',
      allow: [],
    },
    sessions: { count: 1 },
    load: {
      seed: 1,
      arrivals: 'constant',
      timeoutMs: 5000,
      maxInFlight: options.maxInFlight,
      drainMs: 1000,
      workers: 1,
      phases: [phase],
    },
    data: {},
    calls: [{ type: 'call', tool: 'echo', weight: 1, arguments: {} }],
    classify: [],
    dependencies: {},
    faults: [],
    recovery: { withinMs: 0 },
    slo: { declared: false, tools: {}, during: {} },
    capacity: capacitySettings(),
  };
}
