import { capacitySettings } from '../../src/scenario/capacity-settings.js';
import { type WrittenFault, withSteps } from '../../src/scenario/faults/fault-plan.js';
import type { Load, Phase } from '../../src/scenario/load.js';
import type { Scenario } from '../../src/scenario/scenario.js';

export const open = (name: string, rate: number, forMs: number, more: Partial<Phase> = {}): Phase =>
  ({ model: 'open', name, fromPerS: rate, toPerS: rate, forMs, warmUp: false, ...more }) as Phase;

export const ramp = (name: string, fromPerS: number, toPerS: number, forMs: number): Phase => ({
  model: 'open',
  name,
  fromPerS,
  toPerS,
  forMs,
  warmUp: false,
});

export const closed = (name: string, users: number, thinkMs: number, forMs: number): Phase => ({
  model: 'closed',
  name,
  users,
  thinkMs,
  forMs,
  warmUp: false,
});

type Changes = Omit<Partial<Scenario>, 'load' | 'faults'> & {
  readonly load?: Partial<Load>;
  readonly faults?: readonly WrittenFault[];
};

/** A scenario as the parser hands it over, with one echo call at 10/s for 1 s unless told otherwise. */
export const scenarioOf = ({ load, faults = [], ...changes }: Changes = {}): Scenario => ({
  name: 'test',
  target: {
    urls: ['http://127.0.0.1:1/mcp'],
    transport: 'streamable-http',
    env: {},
    protocol: 'auto',
    startTimeoutMs: 30_000,
    headers: {},
    preflight: 'schema',
    allow: [],
  },
  sessions: { count: 1 },
  data: {},
  calls: [{ type: 'call', tool: 'echo', weight: 1, arguments: {} }],
  classify: [],
  dependencies: {},
  faults: faults.map(withSteps),
  recovery: { withinMs: 10_000 },
  slo: { declared: false, tools: {}, during: {} },
  capacity: capacitySettings(),
  ...changes,
  load: {
    seed: 1,
    arrivals: 'constant',
    timeoutMs: 5000,
    maxInFlight: 100,
    drainMs: 5000,
    workers: 1,
    phases: [open('steady', 10, 1000)],
    ...load,
  },
});
