import { analyse } from '../../src/analysis/analyse.js';
import type { Analysis } from '../../src/analysis/analysis.js';
import { judge } from '../../src/judge/judge.js';
import { judgedAnalysis } from '../../src/judge/judged-result.js';
import { readinessCard } from '../../src/judge/readiness-card.js';
import type { ReportInput } from '../../src/report/report-input.js';
import { type Behaviour, type SyntheticRun, syntheticJournal } from './synthetic-run.js';

/** Analysed and judged by the real code: a report never sees figures that a run could not have. */
export function reportInputOf(run: SyntheticRun): ReportInput {
  return judgedInput(analyse(syntheticJournal(run)));
}

export function judgedInput(measured: Analysis): ReportInput {
  const verdict = judge(measured);
  const analysis = judgedAnalysis(measured, verdict);
  return { analysis, verdict, readiness: readinessCard(analysis.result, verdict, analysis.scenario) };
}

const HEAD = (name: string) => `
plimsoll: 1
name: ${name}
description: Orders server under steady load and a burst.
target:
  url: http://127.0.0.1:3001/mcp
  server: { command: [plimsoll, sample, --port, "3001"], ready: "http://127.0.0.1:3001/health/ready" }
  health: { live: "http://127.0.0.1:3001/health/live", ready: "http://127.0.0.1:3001/health/ready", every: 1s }
  metrics: http://127.0.0.1:3001/metrics
sessions: { count: 10 }
load:
  seed: 42
  arrivals: poisson
  timeout: 3s
  maxInFlight: 400
  phases:
    - { name: warm-up, rate: 20/s, for: 3s, warmUp: true }
    - { name: steady, rate: 50/s, for: 25s }
    - { name: burst, rate: 150/s, for: 5s }
`;

const CALLS = `
calls:
  - { tool: search_orders, weight: 6, arguments: { customer: 7, limit: 20 } }
  - { tool: get_order, weight: 3, arguments: { id: 1001 } }
  - { tool: echo, weight: 1, arguments: { message: hello } }
slo:
  success: 99%
  p95: 400ms
  tools: { search_orders: { p95: 300ms } }
baseline: { p50: 100ms, p95: 500ms, p99: 1s, errorRate: 0.1%, throughput: 40/s, tolerance: 1.5 }
`;

const TOOLS = [
  { name: 'search_orders', weight: 6 },
  { name: 'get_order', weight: 3 },
  { name: 'echo', weight: 1 },
] as const;

const MEDIANS: Readonly<Record<string, number>> = { search_orders: 14_000, get_order: 5_000, echo: 1_200 };

const healthy = (tool: string): Behaviour => ({
  medianUs: MEDIANS[tool] ?? 8_000,
  spread: 0.45,
  waitUs: 300,
  errors: {},
  dropped: 0,
  ready: true,
});

/** A first run that goes well: warm-up, steady, burst. */
export const PASSING: SyntheticRun = {
  yaml: HEAD('first-run') + CALLS,
  tools: TOOLS,
  behave: (_t, segment, tool) => ({ ...healthy(tool), ...(segment.kind === 'burst' ? { waitUs: 22_000, spread: 0.6 } : {}) }),
};

/** The burst drowns the server: time-outs, drops, refused connections, and a server that says that it is not ready. */
export const FAILING: SyntheticRun = {
  ...PASSING,
  behave: (t, segment, tool) =>
    segment.kind === 'burst'
      ? {
          medianUs: (MEDIANS[tool] ?? 8_000) * 9,
          spread: 0.7,
          waitUs: 640_000 + (t - segment.startS) * 260_000,
          errors: { timeout: 0.09, 'tool-error': 0.03, 'server-error': 0.04, 'connection-reset': 0.01 },
          dropped: 0.05,
          ready: false,
        }
      : healthy(tool),
  notes: [
    { type: 'note', t: 0, level: 'warning', code: 'destructive-tool', text: 'place_order is marked destructive by the server' },
    {
      type: 'note',
      t: 29.2,
      level: 'error',
      code: 'slots-full',
      text: 'all 400 slots were taken: the server did not answer fast enough',
    },
  ],
};

/** A generator that was late: the figures say nothing about the server. */
export const INVALID: SyntheticRun = {
  ...PASSING,
  yaml: HEAD('first-run') + CALLS.replace('p95: 300ms', 'p95: 60ms'),
  latenessUs: 48_000,
};

/** A slow database for some seconds, and the recovery after it. */
export const FAULT: SyntheticRun = {
  ...PASSING,
  yaml: `${HEAD('slow-database')}
dependencies:
  postgres: { listen: 127.0.0.1:15432, upstream: 127.0.0.1:15433, tools: [search_orders, get_order] }
faults:
  - { dependency: postgres, inject: slow-dependency, at: 8s, for: 8s, with: { latency: 200ms, jitter: 50ms } }
recovery: { within: 5s }
${CALLS.replace('baseline:', '  during: { fault: { success: 95%, p95: 1s } }\nbaseline:')}`,
  behave: (t, segment, tool) => {
    const ofDatabase = tool !== 'echo';
    if (segment.kind === 'fault' && ofDatabase)
      return { ...healthy(tool), medianUs: 236_000, spread: 0.12, waitUs: 20_000 + (t - 8) * 55_000, errors: { timeout: 0.012 } };
    if (segment.kind === 'recovery' && ofDatabase)
      return { ...healthy(tool), waitUs: Math.max(300, 260_000 - (t - segment.startS) * 90_000) };
    return healthy(tool);
  },
};

/** Two commands of the user's own in the time line: one that went well and cost calls, one that failed. */
export const EVENTS: SyntheticRun = {
  ...PASSING,
  yaml: `${HEAD('events')}
events:
  - { name: rolling-update, at: 8s, run: [kubectl, rollout, restart] }
  - { name: scale-out, at: 20s, run: [./scale.sh] }
${CALLS}`,
  events: [
    { type: 'event', t: 8.01, name: 'rolling-update', what: 'start' },
    { type: 'event', t: 11.21, name: 'rolling-update', what: 'end', exitCode: 0, durationS: 3.2 },
    { type: 'event', t: 20.02, name: 'scale-out', what: 'start' },
    { type: 'event', t: 20.12, name: 'scale-out', what: 'end', exitCode: 7, durationS: 0.1 },
  ],
  notes: [{ type: 'note', t: 20.12, level: 'warning', code: 'event-failed', text: 'event scale-out ended with exit code 7' }],
  behave: (t, _segment, tool) => ({ ...healthy(tool), errors: t >= 8 && t < 10 ? { 'connect-failed': 0.5 } : {} }),
};

/** Killed before a single call was due: nothing measured, nothing passed. */
export const EMPTY: SyntheticRun = { ...PASSING, untilS: 0, signals: false, end: null };

export const HOSTILE_TOOL = '<script>alert(1)</script>';
const HOSTILE_PHASE = '<svg onload=alert(3)>';
export const HOSTILE_TEXT =
  '</script><img src=x onerror=alert(2)>"\'` {{x}} ${y} \u001b[31mred\u0000 \u2028 | pipe ::error::x %0A ]]> <!-- --> \u009b31m \u202egnp.exe \u2066 \ud83d';

/** Everything that a server, a scenario or a flag can name is hostile. */
export const HOSTILE: SyntheticRun = {
  ...FAILING,
  yaml: `${HEAD('hostile').replace('Orders server under steady load and a burst.', `"<b>bold</b> </script><script>alert(4)</script>"`)}
calls:
  - { tool: ${JSON.stringify(HOSTILE_TOOL)}, weight: 6, arguments: { x: "</script><script>alert(5)</script>" } }
  - { tool: get_order, weight: 3, arguments: { id: 1001 } }
slo: { success: 99%, p95: 400ms, tools: { ${JSON.stringify(HOSTILE_TOOL)}: { p95: 1ms } } }
`,
  tools: [
    { name: HOSTILE_TOOL, weight: 6 },
    { name: 'get_order', weight: 3 },
  ],
  // A scenario may not name a phase like this; a journal that somebody has edited may.
  renamed: (name) => (name === 'steady' ? HOSTILE_PHASE : name),
  errorText: HOSTILE_TEXT,
  endpoint: 'http://127.0.0.1:3001/mcp?"><script>alert(6)</script>',
  startEntry: { labels: { '<i>key</i>': '"><script>alert(7)</script>' }, runId: 'r"><script>alert(8)</script>' },
  notes: [{ type: 'note', t: 3, level: 'error', code: '<u>code</u>', text: HOSTILE_TEXT }],
  metrics: (t) => ({ 'x{a="</script><script>alert(9)</script>"}': t, '<b>': 1 }),
};

/** As many points as a series can have, 20 tools, many metrics: the largest page. */
export const LARGE: SyntheticRun = {
  ...FAILING,
  yaml: `${HEAD('large').replace('for: 25s', 'for: 492s').replace('for: 5s', 'for: 95s')}
calls:
${Array.from({ length: 20 }, (_, i) => `  - { tool: tool_${i}, weight: 1, arguments: {} }`).join('\n')}
slo: { success: 99%, p95: 400ms }
`,
  tools: Array.from({ length: 20 }, (_, i) => ({ name: `tool_${i}`, weight: 1 })),
  metrics: (t) =>
    Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`mcp_series_${i}_total{tool="tool_${i}"}`, t * (i + 1)])),
};
