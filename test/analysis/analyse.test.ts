import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import { MAX_POINTS } from '../../src/analysis/series-builder.js';
import { PlimsollError } from '../../src/errors/plimsoll-error.js';
import type { JournalEntry, NoteEntry, SampleEntry } from '../../src/journal/journal-entry.js';
import type { HealthEntry } from '../../src/journal/signal-entry.js';
import type { CallCounts, Figures } from '../../src/result/call-figures.js';
import type { LatencyFigures } from '../../src/result/latency-figures.js';
import { OUTCOMES, type OutcomeClass } from '../../src/scenario/outcome.js';
import { journalOf, type MadeCall, responseUsOf, startEntry, timelineOf } from './made-journal.js';

const TIMELINE = timelineOf([
  { name: 'warm-up', kind: 'warm-up', forS: 3 },
  { name: 'steady', kind: 'steady', forS: 4 },
  { name: 'burst', kind: 'burst', forS: 2 },
  { name: 'steady: slow@db', kind: 'fault', forS: 2 },
]);
const LOAD_S = 11;
const CLASSES: readonly OutcomeClass[] = [
  'ok',
  'ok',
  'ok',
  'ok',
  'dropped',
  'dropped-by-generator',
  'unfinished',
  'timeout',
  'tool-error',
  'connection-reset',
  'server-error',
];

const madeCall: fc.Arbitrary<MadeCall> = fc
  .record({
    tool: fc.constantFrom('search', 'place', '<script>'),
    endpoint: fc.constantFrom('http://a/mcp', 'http://b/mcp'),
    tenant: fc.constantFrom(undefined, 'north', 'south'),
    dueMs: fc.nat(LOAD_S * 1000 - 1),
    latenessUs: fc.nat(900),
    serviceUs: fc.integer({ min: 1, max: 3_000_000 }),
    outcome: fc.constantFrom(...CLASSES),
  })
  .map(({ tenant, dueMs, ...call }) => ({
    ...call,
    ...(tenant === undefined ? {} : { tenant }),
    firstByteUs: Math.ceil(call.serviceUs / 2),
    dueS: dueMs / 1000,
    segment: TIMELINE.find(({ endS }) => dueMs / 1000 < endS)?.id as number,
  }));
const madeCalls = fc.array(madeCall, { minLength: 1, maxLength: 250 });

const ended: JournalEntry = { type: 'end', t: 14, reason: 'completed' };
const analysed = (calls: readonly MadeCall[], extra: readonly JournalEntry[] = [ended], workers = 1) =>
  analyse([...journalOf(startEntry(TIMELINE), calls, { workers }), ...extra]);

const unansweredOf = (calls: readonly MadeCall[]): number =>
  calls.filter(({ outcome }) => outcome !== 'dropped-by-generator' && !OUTCOMES[outcome].answered).length;

/** What the counts must be, from the calls themselves. */
function expectedCounts(calls: readonly MadeCall[]) {
  const of = (...classes: readonly OutcomeClass[]): number => calls.filter(({ outcome }) => classes.includes(outcome)).length;
  const ok = of('ok');
  const never = of('dropped', 'dropped-by-generator');
  const failed = calls.length - ok - never - of('unfinished');
  return {
    offered: calls.length,
    started: calls.length - never,
    completed: ok + failed,
    ok,
    failed,
    dropped: of('dropped'),
    droppedByGenerator: of('dropped-by-generator'),
    unfinished: of('unfinished'),
  };
}

/** What a latency table must be, by sorting. HDR buckets may add 0.1 %, and no more. */
function checkLatency(figures: LatencyFigures, values: readonly number[], unanswered: number): void {
  expect(figures.count).toBe(values.length);
  expect(figures.unanswered).toBe(unanswered);
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length > 0) {
    expect(figures.min).toBe(sorted[0]);
    expect(figures.mean).toBe(Math.round(sorted.reduce((a, b) => a + b, 0) / sorted.length));
  } else expect([figures.min, figures.mean]).toEqual([undefined, undefined]);
  const total = sorted.length + unanswered;
  if (total === 0) expect(figures).toEqual({ count: 0, unanswered: 0 });
  for (const [name, quantile] of [
    ['p50', 0.5],
    ['p90', 0.9],
    ['p95', 0.95],
    ['p99', 0.99],
    ['p999', 0.999],
    ['max', 1],
  ] as const) {
    if (total === 0) continue;
    const truth = sorted[Math.ceil(quantile * total - 1e-9) - 1];
    const read = figures[name];
    if (truth === undefined) expect(read).toBeNull();
    else {
      expect(read).toBeGreaterThanOrEqual(truth);
      expect(read).toBeLessThanOrEqual(truth * 1.001);
    }
  }
}

function checkFigures(figures: Figures, calls: readonly MadeCall[]): void {
  const { counts, latencyUs, errors } = figures;
  expect(counts).toMatchObject(expectedCounts(calls));
  expect(counts.offered).toBe(counts.completed + counts.dropped + counts.droppedByGenerator + counts.unfinished);
  expect(counts.completed).toBe(counts.ok + counts.failed);
  const accountable = counts.offered - counts.droppedByGenerator;
  expect(counts.successRate).toBe(accountable === 0 ? undefined : counts.ok / accountable);
  const ok = calls.filter(({ outcome }) => outcome === 'ok');
  const unanswered = unansweredOf(calls);
  checkLatency(latencyUs.response, ok.map(responseUsOf), unanswered);
  checkLatency(
    latencyUs.service,
    ok.map(({ serviceUs }) => serviceUs),
    unanswered,
  );
  checkLatency(
    latencyUs.firstByte,
    ok.map(({ firstByteUs }) => firstByteUs as number),
    unanswered,
  );
  const answeredFailures = calls.filter(({ outcome }) => outcome !== 'ok' && OUTCOMES[outcome].answered);
  if (answeredFailures.length === 0) expect(latencyUs.failed).toBeUndefined();
  else checkLatency(latencyUs.failed as LatencyFigures, answeredFailures.map(responseUsOf), 0);
  const failed = new Map<string, number>();
  for (const { outcome } of calls) if (outcome !== 'ok') failed.set(outcome, (failed.get(outcome) ?? 0) + 1);
  expect(new Map<string, number>(errors.map(({ class: name, count }) => [name, count]))).toEqual(failed);
}

const sumOf = (
  all: readonly { readonly counts: CallCounts }[],
  name: 'offered' | 'ok' | 'failed' | 'dropped' | 'unfinished',
): number => all.reduce((sum, { counts }) => sum + counts[name], 0);

/** Calls in the second segment, 20 a second from its start. */
const searches = (count: number, outcomeOf: (i: number) => MadeCall['outcome'] = () => 'ok'): readonly MadeCall[] =>
  Array.from({ length: count }, (_, i) => ({
    tool: 'search',
    endpoint: 'a',
    segment: 1,
    dueS: 3 + i / 20,
    latenessUs: 0,
    serviceUs: 1000,
    outcome: outcomeOf(i),
  }));

describe('analyse', () => {
  it('says of every table what the calls themselves say', () => {
    fc.assert(
      fc.property(madeCalls, fc.integer({ min: 1, max: 3 }), (calls, workers) => {
        const { result } = analysed(calls, [ended], workers);
        const counted = calls.filter(({ segment }) => segment !== 0);
        const { connections: _, ...counts } = result.totals;
        checkFigures({ counts, latencyUs: result.latencyUs, errors: result.errors }, counted);
        for (const tool of result.tools)
          checkFigures(
            tool,
            counted.filter((call) => call.tool === tool.tool),
          );
        for (const endpoint of result.endpoints)
          checkFigures(
            endpoint,
            counted.filter((call) => call.endpoint === endpoint.endpoint),
          );
        for (const tenant of result.tenants)
          checkFigures(
            tenant,
            counted.filter((call) => call.tenant === tenant.tenant),
          );
        for (const phase of result.phases) {
          const own = calls.filter(({ segment }) => segment === phase.id);
          checkFigures(phase, own);
          for (const tool of phase.tools)
            checkFigures(
              tool,
              own.filter((call) => call.tool === tool.tool),
            );
        }
        const judged = result.groups.find(({ by }) => by === 'judged') as Figures;
        checkFigures(
          judged,
          calls.filter(({ segment }) => segment === 1 || segment === 2),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('makes every table a sum of cells: tools, endpoints and phases but the warm-up add up to the totals', () => {
    fc.assert(
      fc.property(madeCalls, (calls) => {
        const { result } = analysed(calls);
        const phases = result.phases.filter(({ kind }) => kind !== 'warm-up');
        for (const name of ['offered', 'ok', 'failed', 'dropped', 'unfinished'] as const) {
          expect(sumOf(result.tools, name)).toBe(result.totals[name]);
          expect(sumOf(result.endpoints, name)).toBe(result.totals[name]);
          expect(sumOf(phases, name)).toBe(result.totals[name]);
          for (const phase of result.phases) expect(sumOf(phase.tools, name)).toBe(phase.counts[name]);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('says the same however the calls were spread over load threads, and in whatever order the seconds came', () => {
    fc.assert(
      fc.property(madeCalls, fc.integer({ min: 2, max: 4 }), fc.infiniteStream(fc.nat()), (calls, workers, dice) => {
        const [start, ...rest] = journalOf(startEntry(TIMELINE), calls, { workers });
        const order = (): number => dice.next().value;
        const cells = rest.filter(({ type }) => type === 'cell');
        const seconds = rest.filter(({ type }) => type === 'second').map((entry) => ({ entry, key: order() }));
        const shuffled = seconds.sort((a, b) => a.key - b.key).map(({ entry }) => entry);
        const many = analyse([start as JournalEntry, ...cells, ...shuffled, ended]).result;
        const one = analysed(calls).result;
        expect(many.totals).toEqual(one.totals);
        expect(many.latencyUs).toEqual(one.latencyUs);
        expect(new Map(many.tools.map((tool) => [tool.tool, tool.latencyUs]))).toEqual(
          new Map(one.tools.map((tool) => [tool.tool, tool.latencyUs])),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('counts a call in the segment in which it was due, however late it ended', () => {
    const late: MadeCall = {
      tool: 'search',
      endpoint: 'a',
      segment: 1,
      dueS: 6.9,
      latenessUs: 0,
      serviceUs: 2_500_000,
      outcome: 'ok',
    };
    const { result } = analysed([late]);
    expect(result.phases.map(({ counts }) => counts.ok)).toEqual([0, 1, 0, 0]);
  });

  it('gives rates over the time that was covered', () => {
    const calls = searches(80, (i) => (i % 4 === 0 ? 'tool-error' : 'ok'));
    const { result } = analysed(calls);
    expect(result.phases[1]?.counts).toMatchObject({ offeredRate: 20, achievedRate: 20, goodput: 15, successRate: 0.75 });
    expect(result.phases[0]?.counts).toMatchObject({ offered: 0, offeredRate: 0 });
    expect(result.phases[0]?.counts.successRate).toBeUndefined();
    // The totals cover steady, burst and fault: 8 s.
    expect(result.totals.offeredRate).toBe(10);
  });

  it('says of a journal without an end that the run was cut short, with rates over the time that there was', () => {
    const calls = searches(40);
    const { result } = analysed(calls, []);
    expect(result.run.end).toBe('cut-short');
    expect(result.run.endedAt).toBeUndefined();
    expect(result.run.durationS).toBe(5);
    expect(result.totals.offeredRate).toBe(20);
  });

  it('takes the time up to the stop for the rates of a run that was stopped', () => {
    const calls = searches(40);
    const stopped: NoteEntry = { type: 'note', t: 5, level: 'warning', code: 'interrupted', text: 'stopped by the user' };
    const { result } = analysed(calls, [stopped, { type: 'end', t: 6.5, reason: 'interrupted' }]);
    expect(result.run).toMatchObject({ end: 'interrupted', durationS: 6.5, endedAt: '2026-11-21T06:00:06.500Z' });
    expect(result.totals.offeredRate).toBe(20);
  });

  it('leaves nothing behind but absence where there was nothing', () => {
    const { result, series, spectrum } = analysed([]);
    expect(result.latencyUs.response).toEqual({ count: 0, unanswered: 0 });
    expect(result.totals.successRate).toBeUndefined();
    expect([result.tools, result.health, result.saturation, spectrum.response]).toEqual([[], [], {}, []]);
    expect(series.t).toEqual([]);
  });

  it('keeps a sample and the first time of each class of error', () => {
    const calls = [4.2, 5.1].map(
      (dueS): MadeCall => ({
        tool: 'search',
        endpoint: 'a',
        segment: 1,
        dueS,
        latenessUs: 0,
        serviceUs: 1000,
        outcome: 'tool-error',
      }),
    );
    const sample: SampleEntry = {
      type: 'sample',
      t: 4.2,
      kind: 'error',
      class: 'tool-error',
      tool: 'search',
      endpoint: 'a',
      segment: 1,
      text: 'no such order',
      traceparent: '00-a-b-01',
      requestId: 'r-1',
    };
    const { result } = analysed(calls, [sample, ended]);
    expect(result.errors).toEqual([
      { class: 'tool-error', taxonomy: 'correctness', count: 2, firstAtS: 4, sample: 'no such order' },
    ]);
    expect(result.exemplars).toEqual([
      {
        kind: 'error',
        class: 'tool-error',
        tool: 'search',
        endpoint: 'a',
        segment: 'steady',
        atS: 4.2,
        text: 'no such order',
        traceparent: '00-a-b-01',
        requestId: 'r-1',
      },
    ]);
  });

  it('keeps few exemplars of very many samples: three a class and tool, and the slowest', () => {
    const samples = Array.from(
      { length: 5000 },
      (_, i): SampleEntry => ({
        type: 'sample',
        t: i / 500,
        kind: i % 2 === 0 ? 'slow' : 'error',
        class: i % 2 === 0 ? 'ok' : 'timeout',
        tool: `tool-${i % 6}`,
        endpoint: 'a',
        segment: 1,
        responseUs: (i * 7919) % 5000,
        traceparent: `t${i}`,
        requestId: `r${i}`,
      }),
    );
    const warmUp: SampleEntry = { ...(samples[0] as SampleEntry), segment: 0, responseUs: 9_999_999 };
    const { exemplars } = analysed([], [...samples, warmUp]).result;
    const slow = exemplars.filter(({ kind }) => kind === 'slow').map(({ responseUs }) => responseUs);
    const slowest = samples
      .filter(({ kind }) => kind === 'slow')
      .map(({ responseUs }) => responseUs as number)
      .sort((a, b) => b - a);
    expect(slow).toEqual(slowest.slice(0, slow.length));
    expect(slow.length).toBeGreaterThanOrEqual(10);
    expect(exemplars.filter(({ kind, tool }) => kind === 'error' && tool === 'tool-1').map(({ requestId }) => requestId)).toEqual(
      ['r1', 'r7', 'r13'],
    );
    expect(exemplars.length).toBeLessThanOrEqual(60);
  });

  it('tells the stretches in which a probe was unhealthy, from the first of the misses', () => {
    const probe = (t: number, ok: boolean, state: HealthEntry['state']): HealthEntry => ({
      type: 'health',
      t,
      probe: 'ready',
      ok,
      state,
      ...(ok ? { latencyUs: 900 } : { detail: 'HTTP 503' }),
    });
    const { result } = analysed(
      [],
      [
        probe(0, true, 'healthy'),
        probe(1, false, 'healthy'),
        probe(2, true, 'healthy'),
        probe(3, false, 'healthy'),
        probe(4, false, 'healthy'),
        probe(5, false, 'unhealthy'),
        probe(6, false, 'unhealthy'),
        probe(7, true, 'healthy'),
        ended,
      ],
    );
    expect(result.health).toMatchObject([
      { probe: 'ready', probes: 8, misses: 5, unhealthy: [{ fromS: 3, toS: 7, detail: 'HTTP 503' }] },
    ]);
  });

  it.each([
    ['no entry at all', []],
    ['an entry before the start', [ended]],
  ])('refuses %s', (_, entries) => {
    expect(() => analyse(entries as JournalEntry[])).toThrow(PlimsollError);
  });

  it.each([
    ['a cell that was never named', { type: 'second', t: 1, worker: 0, inFlight: 0, generator: {}, cells: [{ cell: 7, ok: 1 }] }],
    ['a second without cells', { type: 'second', t: 1, worker: 0, inFlight: 0, generator: {} }],
    ['a second without a time', { type: 'second', worker: 0, inFlight: 0, generator: {}, cells: [] }],
    [
      'a bucket beyond the scheme',
      {
        type: 'second',
        t: 1,
        worker: 0,
        inFlight: 0,
        generator: { lateness: { counts: [1e9, 1], minUs: 0, maxUs: 0, sumUs: 0 } },
        cells: [],
      },
    ],
    [
      'an unknown class of error',
      { type: 'second', t: 1, worker: 0, inFlight: 0, generator: {}, cells: [{ cell: 0, failed: 1, errors: { bogus: 1 } }] },
    ],
    [
      'a counter that is no number',
      { type: 'second', t: 1, worker: 0, inFlight: 0, generator: {}, cells: [{ cell: 0, ok: '3' }] },
    ],
  ])('names the entry of %s', (_, entry) => {
    const cell = { type: 'cell', id: 0, tool: 'x', endpoint: 'a', segment: 1 };
    const run = () => analyse([startEntry(TIMELINE), cell, entry] as JournalEntry[]);
    expect(run).toThrow(PlimsollError);
    expect(run).toThrow(/entry 3 of the journal/);
  });
});

describe('series', () => {
  const steady = (seconds: number) => timelineOf([{ name: 'steady', kind: 'steady', forS: seconds }]);

  it('adds counts into at most 600 buckets, and loses no call on the way', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9000 }), (seconds) => {
        const calls = Array.from(
          { length: 300 },
          (_, i): MadeCall => ({
            tool: 't',
            endpoint: 'a',
            segment: 0,
            dueS: (i * seconds) / 300,
            latenessUs: 0,
            serviceUs: 1000 + i,
            outcome: i % 3 === 0 ? 'timeout' : 'ok',
          }),
        );
        const { series } = analyse(journalOf(startEntry(steady(seconds)), calls));
        const total = (perS: readonly number[]): number => perS.reduce((sum, value) => sum + value, 0);
        expect(series.t.length).toBeLessThanOrEqual(MAX_POINTS);
        for (const [name, values] of Object.entries(series)) {
          if (Array.isArray(values)) expect([name, values.length]).toEqual([name, series.t.length]);
        }
        // Seconds without an entry hold no calls; a bucket's rate is over the seconds that were written.
        const seen = new Set(calls.flatMap(({ dueS }) => Math.floor(dueS)));
        if (seen.size === seconds) {
          const weights = series.t.map((t) => Math.min(series.stepS, seconds - t));
          const offered = series.offeredPerS.reduce((sum, rate, i) => sum + rate * (weights[i] as number), 0);
          expect(offered).toBeCloseTo(300, 6);
        }
        expect(total(series.failedPerS)).toBeCloseTo(total(series.errorsPerS.timeout ?? []), 9);
      }),
      { numRuns: 40 },
    );
  });

  it('merges counts and never averages percentiles: one slow second among six quick ones shows in p99 of its bucket', () => {
    // 3,600 s make buckets of 7 s; the first holds 600 quick calls and 100 slow ones.
    const calls = Array.from(
      { length: 700 },
      (_, i): MadeCall => ({
        tool: 't',
        endpoint: 'a',
        segment: 0,
        dueS: i / 100,
        latenessUs: 0,
        serviceUs: i < 600 ? 1000 : 500_000,
        outcome: 'ok',
      }),
    );
    const { series } = analyse(journalOf(startEntry(steady(3600)), calls));
    expect(series.stepS).toBe(7);
    expect(series.response.p50[0]).toBe(1000);
    expect(series.response.p99[0]).toBe(500_000);
  });
});
