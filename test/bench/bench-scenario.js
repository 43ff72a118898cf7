// The scenario that plimsoll runs in the bench, as the parser would hand it over.
const base = (url) => ({
  name: 'bench',
  target: {
    urls: [url],
    transport: 'streamable-http',
    env: {},
    protocol: '2025-06-18',
    headers: {},
    preflight: 'schema',
    startTimeoutMs: 30_000,
    allow: [],
  },
  sessions: { count: 1 },
  data: {},
  calls: [{ type: 'call', tool: 'search_orders', weight: 1, arguments: { customer: 'acme', limit: 20 } }],
  classify: [],
  dependencies: {},
  faults: [],
  recovery: { withinMs: 10_000 },
  slo: { declared: false, tools: {}, during: {} },
});

const scenario = (url, maxInFlight, phase) => ({
  ...base(url),
  load: {
    seed: 1,
    arrivals: 'constant',
    timeoutMs: 10_000,
    maxInFlight,
    drainMs: 5000,
    workers: 1,
    phases: [{ name: 'steady', warmUp: false, ...phase }],
  },
});

export const closedScenario = (url, users, forMs) => scenario(url, users, { model: 'closed', users, thinkMs: 0, forMs });

export const openScenario = (url, maxInFlight, rate, forMs) =>
  scenario(url, maxInFlight, { model: 'open', fromPerS: rate, toPerS: rate, forMs });
