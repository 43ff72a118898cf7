import { parse } from 'yaml';
import type { EndEntry, EventEntry, JournalEntry, NoteEntry } from '../../src/journal/journal-entry.js';
import { LatencyHistogram } from '../../src/journal/latency-histogram.js';
import type { CellSecond } from '../../src/journal/second-entry.js';
import type { StartEntry } from '../../src/journal/start-entry.js';
import type { OutcomeClass } from '../../src/scenario/outcome.js';
import type { Segment } from '../../src/scenario/plan/segment.js';
import { timelineOf } from '../../src/scenario/plan/timeline.js';
import { recordedScenario } from '../../src/scenario/reading/recorded-scenario.js';

/** What a simulated server does with the calls that are due in one second of one segment. */
export interface Behaviour {
  /** Median service time in microseconds; log-normal around it. */
  readonly medianUs: number;
  /** Sigma of the log-normal law. */
  readonly spread: number;
  /** Mean wait before service starts, microseconds: the difference between response and service time. */
  readonly waitUs: number;
  /** Share of calls that fail, by class. */
  readonly errors: Readonly<Partial<Record<OutcomeClass, number>>>;
  /** Share of calls dropped because all slots were taken. */
  readonly dropped: number;
  readonly ready: boolean;
}

export interface SyntheticRun {
  readonly yaml: string;
  readonly behave: (t: number, segment: Segment, tool: string) => Behaviour;
  readonly tools: readonly { readonly name: string; readonly weight: number }[];
  readonly startEntry?: Partial<StartEntry>;
  readonly notes?: readonly NoteEntry[];
  readonly events?: readonly EventEntry[];
  /** `null`: the journal has no end, as after SIGKILL. */
  readonly end?: EndEntry['reason'] | null;
  readonly errorText?: string;
  readonly endpoint?: string;
  readonly latenessUs?: number;
  readonly metrics?: (t: number) => Readonly<Record<string, number>>;
  /** False: no health probes, no process, no host readings. */
  readonly signals?: boolean;
  readonly renamed?: (segment: string) => string;
  /** Seconds written before the journal stops. */
  readonly untilS?: number;
}

/** Seeded generator (mulberry32): the fixture is the same in every run. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The journal that a run against such a server would have left, for reports to be made from it by the real analysis and the real judge. */
export function syntheticJournal(run: SyntheticRun): readonly JournalEntry[] {
  const document = parse(run.yaml) as Record<string, unknown>;
  const scenario = recordedScenario(document);
  const timeline = timelineOf(scenario);
  const random = randomOf(7);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const timed = timeline.filter(({ kind }) => kind !== 'edge');
  const endS = timed.at(-1)?.endS ?? 0;
  const endpoint = run.endpoint ?? 'http://127.0.0.1:3001/mcp';
  const entries: JournalEntry[] = [
    {
      type: 'start',
      schema: 'plimsoll.journal/1',
      runId: '20250611T101500Z-7f3a',
      version: '0.1.0',
      startedAt: '2025-06-11T10:15:00.000Z',
      scenario: document,
      scenarioHash: 'c0ffee5e1ec7ab1e',
      labels: { branch: 'main', commit: '4f0667f' },
      host: {
        hostname: 'load-1',
        platform: 'linux',
        arch: 'x64',
        kernel: '6.1.0',
        cpuModel: 'Example CPU @ 3.0 GHz',
        cores: 4,
        memoryBytes: 16 * 1024 ** 3,
        node: 'v20.19.0',
        loadAverage1m: 0.42,
      },
      target: {
        transport: scenario.target.transport,
        protocol: 'auto',
        startedByPlimsoll: scenario.target.server !== undefined,
        endpoints: [
          {
            url: endpoint,
            era: 'legacy',
            revision: '2025-06-18',
            server: { name: 'orders', version: '1.0.0' },
            tools: run.tools.map(({ name }) => name),
          },
        ],
      },
      timeline: timeline.map((segment) => ({ ...segment, name: run.renamed?.(segment.name) ?? segment.name })),
      workers: 1,
      timeoutMs: scenario.load.timeoutMs,
      slo: scenario.slo,
      ...(scenario.baseline === undefined || 'file' in scenario.baseline
        ? {}
        : { baseline: { limits: scenario.baseline, source: 'in place' } }),
      ...run.startEntry,
    },
  ];
  const cells = new Map<string, number>();
  const cellId = (tool: string, segment: number): number => {
    const key = JSON.stringify([tool, segment]);
    let id = cells.get(key);
    if (id === undefined) {
      id = cells.size;
      cells.set(key, id);
      entries.push({ type: 'cell', id, tool, endpoint, segment });
    }
    return id;
  };
  const totalWeight = run.tools.reduce((sum, { weight }) => sum + weight, 0);
  let misses = 0;
  for (let t = 0; t < Math.min(endS, run.untilS ?? endS); t++) {
    const segment = timed.find((candidate) => t >= candidate.startS && t < candidate.endS) ?? timed[0];
    if (segment === undefined) break;
    const phase = scenario.load.phases.find(({ name }) => name === segment.phase);
    const rate = phase?.model === 'open' ? phase.fromPerS : 50;
    const seconds: CellSecond[] = [];
    let busyS = 0;
    for (const { name, weight } of run.tools) {
      const behaviour = run.behave(t, segment, name);
      const offered = Math.max(
        0,
        Math.round((rate * weight) / totalWeight + Math.sqrt((rate * weight) / totalWeight) * normal()),
      );
      const response = new LatencyHistogram();
      const service = new LatencyHistogram();
      const firstByte = new LatencyHistogram();
      const failedResponse = new LatencyHistogram();
      const errors: Partial<Record<OutcomeClass, number>> = {};
      let dropped = 0;
      let ok = 0;
      let failed = 0;
      for (let call = 0; call < offered; call++) {
        const serviceUs = Math.max(80, Math.round(behaviour.medianUs * Math.exp(behaviour.spread * normal())));
        const responseUs = serviceUs + Math.round(-behaviour.waitUs * Math.log(1 - random()));
        if (random() < behaviour.dropped) {
          dropped += 1;
          continue;
        }
        let dice = random();
        const failure = (Object.entries(behaviour.errors) as [OutcomeClass, number][]).find(([, share]) => {
          dice -= share;
          return dice < 0;
        })?.[0];
        busyS += Math.min(responseUs / 1e6, scenario.load.timeoutMs / 1000);
        if (failure === undefined) {
          ok += 1;
          response.record(responseUs);
          service.record(serviceUs);
          firstByte.record(Math.round(serviceUs * 0.97));
          if (responseUs > 900_000 && random() < 0.05) sample('slow', 'ok', responseUs, serviceUs);
        } else {
          failed += 1;
          errors[failure] = (errors[failure] ?? 0) + 1;
          if (failure === 'tool-error') failedResponse.record(responseUs);
          if (random() < 0.08) sample('error', failure, responseUs, serviceUs);
        }
      }
      const intervals = {
        response: response.toInterval(),
        service: service.toInterval(),
        firstByte: firstByte.toInterval(),
        failedResponse: failedResponse.toInterval(),
      };
      seconds.push({
        cell: cellId(name, segment.id),
        offered,
        started: offered - dropped,
        ok,
        failed,
        dropped,
        bytesSent: offered * 412,
        bytesReceived: ok * 1830,
        errors,
        ...(Object.fromEntries(
          Object.entries(intervals).filter(([, interval]) => interval !== undefined),
        ) as Partial<CellSecond>),
      });

      function sample(kind: 'error' | 'slow', outcome: OutcomeClass, responseUs: number, serviceUs: number): void {
        entries.push({
          type: 'sample',
          t: t + 0.25,
          kind,
          class: outcome,
          tool: name,
          endpoint,
          segment: segment?.id ?? 0,
          responseUs,
          serviceUs,
          ...(outcome === 'server-error' ? { status: 503 } : {}),
          ...(kind === 'error' ? { text: run.errorText ?? 'remaining connection slots are reserved' } : {}),
          traceparent: `00-${Math.floor(random() * 1e15)
            .toString(16)
            .padStart(32, '0')}-${Math.floor(random() * 1e12)
            .toString(16)
            .padStart(16, '0')}-01`,
          requestId: `r-${entries.length}`,
        });
      }
    }
    const lateness = new LatencyHistogram();
    for (let start = 0; start < 40; start++) lateness.record(Math.round((run.latenessUs ?? 60) * Math.exp(0.5 * normal())));
    entries.push({
      type: 'second',
      t,
      worker: 0,
      inFlight: busyS,
      generator: {
        ...(lateness.toInterval() === undefined ? {} : { lateness: lateness.toInterval()! }),
        cpuS: 0.16 + 0.02 * random(),
        eventLoopUtilisation: 0.99,
        connectionsOpened: t === 0 ? 10 : 0,
        connectionsReused: rate,
      },
      cells: seconds,
    });
    if (run.signals === false) continue;
    const ready = run.behave(t, segment, run.tools[0]?.name ?? '').ready;
    misses = ready ? 0 : misses + 1;
    entries.push(
      { type: 'host', t, generatorCores: 0.19 + 0.03 * random(), steal: 0.001, throttledS: 0, busy: 0.22 + rate / 900 },
      { type: 'health', t: t + 0.5, probe: 'live', ok: true, status: 200, latencyUs: 900, state: 'healthy' },
      {
        type: 'health',
        t: t + 0.5,
        probe: 'ready',
        ok: ready,
        status: ready ? 200 : 503,
        latencyUs: ready ? 2100 : 998_000,
        state: misses >= 3 ? 'unhealthy' : 'healthy',
        ...(ready ? {} : { detail: run.errorText ?? 'database: no answer within 1 s' }),
      },
      {
        type: 'process',
        t,
        pid: 4711,
        cpuCores: 0.1 + rate / 240 + 0.04 * random(),
        rssBytes: (94 + t * 0.6 + 3 * random()) * 1024 ** 2,
        threads: 11,
        descriptors: 38 + Math.round(busyS),
      },
      { type: 'metrics', t, values: run.metrics?.(t) ?? defaultMetrics(t, rate, busyS) },
    );
  }
  for (const note of run.notes ?? []) entries.push(note);
  for (const event of run.events ?? []) entries.push(event);
  if (run.end !== null)
    entries.push({ type: 'end', t: Math.min(endS, run.untilS ?? endS) + 0.4, reason: run.end ?? 'completed' });
  return entries;
}

function defaultMetrics(t: number, rate: number, busy: number): Readonly<Record<string, number>> {
  return {
    'mcp_requests_total{tool="search_orders"}': Math.round(t * rate * 0.6),
    'mcp_requests_total{tool="get_order"}': Math.round(t * rate * 0.3),
    mcp_active_connections: 10,
    nodejs_eventloop_lag_p99_seconds: 0.011 + busy / 4000,
    pg_pool_waiting: Math.max(0, Math.round(busy - 5)),
  };
}
