import { IntervalRecorder } from '../../src/journal/interval-recorder.js';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import type { CellEntry, CellSecond, SecondEntry } from '../../src/journal/second-entry.js';
import type { SlowCall } from '../../src/journal/slow-call.js';
import type { StartEntry } from '../../src/journal/start-entry.js';
import { OUTCOMES, type OutcomeClass } from '../../src/scenario/outcome.js';
import type { Segment, SegmentKind } from '../../src/scenario/plan/segment.js';

/** One call as it happened, from which a test computes by itself what the analysis has to say. */
export interface MadeCall {
  readonly tool: string;
  readonly endpoint: string;
  readonly tenant?: string;
  readonly segment: number;
  readonly dueS: number;
  /** Due time to start; absent for a call that was never started. */
  readonly latenessUs?: number;
  /** Actual start to end. */
  readonly serviceUs: number;
  readonly firstByteUs?: number;
  readonly outcome: OutcomeClass;
}

export const responseUsOf = (call: MadeCall): number => call.serviceUs + (call.latenessUs ?? 0);

/** Deterministic numbers in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Phases one after another; each is one segment. */
export function timelineOf(phases: readonly { name: string; kind: SegmentKind; forS: number }[]): readonly Segment[] {
  let startS = 0;
  return phases.map(({ name, kind, forS }, id) => {
    const segment: Segment = { id, name, phase: name, kind, startS, endS: startS + forS, faults: [] };
    startS += forS;
    return segment;
  });
}

export function startEntry(timeline: readonly Segment[], overrides: Partial<StartEntry> = {}): StartEntry {
  return {
    type: 'start',
    schema: 'plimsoll.journal/1',
    runId: '20261121T060000Z-abc123',
    version: '0.1.0',
    startedAt: '2026-11-21T06:00:00.000Z',
    scenario: { plimsoll: 1, name: 'made' },
    scenarioHash: 'sha256-made',
    labels: {},
    host: { cores: 2 },
    target: { urls: ['http://127.0.0.1:3001/mcp'] },
    timeline,
    workers: 1,
    timeoutMs: 5000,
    slo: { declared: true, success: 0.99, p95Ms: 400, tools: {}, during: {} },
    ...overrides,
  };
}

type Recorders = Record<'response' | 'service' | 'firstByte' | 'failedResponse', IntervalRecorder>;
interface Account {
  readonly counters: Counters;
  readonly recorders: Recorders;
  readonly errors: Map<OutcomeClass, number>;
}
interface MadeSecond {
  readonly t: number;
  readonly worker: number;
  readonly cells: Map<number, Account>;
  readonly lateness: IntervalRecorder;
  readonly slow: SlowCall[];
}
type Counters = { -readonly [K in keyof CellSecond]?: CellSecond[K] };

/**
 * The entries that a run with these calls leaves behind, as the load threads write them: cells named before use, one second a line,
 * counts in the second in which things happened, zeros left out.
 */
export function journalOf(
  start: StartEntry,
  calls: readonly MadeCall[],
  options: {
    readonly workers?: number;
    /** Slow calls and failures are kept one by one, and calls in flight are counted, as in a journal that tells of noise. */
    readonly keepAboveUs?: number;
  } = {},
): JournalEntry[] {
  const { keepAboveUs } = options;
  const workers = options.workers ?? 1;
  const cells = new Map<string, CellEntry>();
  const entries: JournalEntry[] = [start];
  const seconds = new Map<string, MadeSecond>();
  const at = (t: number, worker: number) => {
    const key = `${t} ${worker}`;
    let second = seconds.get(key);
    if (second === undefined) {
      second = { t, worker, cells: new Map(), lateness: new IntervalRecorder(), slow: [] };
      seconds.set(key, second);
    }
    return second;
  };
  for (const [i, call] of calls.entries()) {
    const worker = i % workers;
    const key = JSON.stringify([call.tool, call.endpoint, call.tenant, call.segment]);
    let cell = cells.get(key);
    if (cell === undefined) {
      const { tool, endpoint, tenant, segment } = call;
      cell = { type: 'cell', id: cells.size, tool, endpoint, segment, ...(tenant === undefined ? {} : { tenant }) };
      cells.set(key, cell);
      entries.push(cell);
    }
    const { id } = cell;
    const cellAt = (t: number) => {
      const { cells: own } = at(t, worker);
      let account = own.get(id);
      if (account === undefined) {
        const recorders = {
          response: new IntervalRecorder(),
          service: new IntervalRecorder(),
          firstByte: new IntervalRecorder(),
          failedResponse: new IntervalRecorder(),
        };
        account = { counters: { cell: id }, recorders, errors: new Map() };
        own.set(id, account);
      }
      return account;
    };
    const count = (
      t: number,
      name: 'offered' | 'started' | 'ok' | 'failed' | 'dropped' | 'droppedByGenerator' | 'unfinished',
    ): void => {
      const { counters } = cellAt(t);
      counters[name] = (counters[name] ?? 0) + 1;
    };
    const dueT = Math.floor(call.dueS);
    const endT = Math.floor(call.dueS + responseUsOf(call) / 1e6);
    const keep = (t: number): void => {
      const responseUs = call.outcome === 'dropped' || call.outcome === 'dropped-by-generator' ? 0 : responseUsOf(call);
      if (keepAboveUs === undefined || (call.outcome === 'ok' && responseUs <= keepAboveUs)) return;
      const kept = [id, call.dueS * 1000, responseUs, call.latenessUs ?? 0] as const;
      at(t, worker).slow.push(call.outcome === 'ok' ? kept : [...kept, call.outcome]);
    };
    count(dueT, 'offered');
    if (call.outcome === 'dropped' || call.outcome === 'dropped-by-generator') {
      keep(dueT);
      count(dueT, call.outcome === 'dropped' ? 'dropped' : 'droppedByGenerator');
      continue;
    }
    count(dueT, 'started');
    at(dueT, worker).lateness.record(call.latenessUs ?? 0);
    keep(endT);
    if (call.outcome === 'unfinished') {
      count(endT, 'unfinished');
      continue;
    }
    const { recorders, errors } = cellAt(endT);
    if (call.outcome === 'ok') {
      count(endT, 'ok');
      recorders.response.record(responseUsOf(call));
      recorders.service.record(call.serviceUs);
      if (call.firstByteUs !== undefined) recorders.firstByte.record(call.firstByteUs);
      continue;
    }
    count(endT, 'failed');
    errors.set(call.outcome, (errors.get(call.outcome) ?? 0) + 1);
    if (OUTCOMES[call.outcome].answered) recorders.failedResponse.record(responseUsOf(call));
  }
  for (const second of [...seconds.values()].sort((a, b) => a.t - b.t || a.worker - b.worker)) {
    const entry = secondEntry(second);
    entries.push(
      keepAboveUs === undefined
        ? entry
        : {
            ...entry,
            generator: {
              ...entry.generator,
              inFlightAt: inFlightIn(
                second.t,
                calls.filter((_, i) => i % workers === second.worker),
              ),
            },
            ...(second.slow.length === 0 ? {} : { slow: second.slow }),
          },
    );
  }
  return entries;
}

/** Calls in flight at each instant of a grid of 10 ms. */
function inFlightIn(t: number, calls: readonly MadeCall[]): number[] {
  const counts = Array.from({ length: 100 }, () => 0);
  for (const call of calls) {
    if (call.latenessUs === undefined && call.outcome !== 'ok') continue;
    const fromS = call.dueS + (call.latenessUs ?? 0) / 1e6;
    const toS = call.dueS + responseUsOf(call) / 1e6;
    if (toS <= t || fromS >= t + 1) continue;
    for (let i = Math.max(0, Math.ceil((fromS - t) * 100)); i < 100 && t + i / 100 < toS; i++)
      counts[i] = (counts[i] as number) + 1;
  }
  return counts;
}

function secondEntry(second: MadeSecond): SecondEntry {
  const lateness = second.lateness.take();
  return {
    type: 'second',
    t: second.t,
    worker: second.worker,
    inFlight: 1,
    generator: lateness === undefined ? {} : { lateness },
    cells: [...second.cells].map(([cell, { counters, recorders, errors }]) => {
      const account: Counters = { ...counters, cell };
      for (const name of ['response', 'service', 'firstByte', 'failedResponse'] as const) {
        const interval = recorders[name].take();
        if (interval !== undefined) account[name] = interval;
      }
      if (errors.size > 0) account.errors = Object.fromEntries(errors);
      return account as CellSecond;
    }),
  };
}
