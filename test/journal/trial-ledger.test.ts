import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import { SEARCH_PLANS } from '../../src/capacity/search/search-plan.js';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import { LatencyHistogram } from '../../src/journal/latency-histogram.js';
import type { TrialEntry } from '../../src/journal/trial-entry.js';

const start: JournalEntry = {
  type: 'start',
  schema: 'plimsoll.journal/1',
  runId: 'r',
  version: '1',
  startedAt: '2026-01-01T00:00:00.000Z',
  scenario: { name: 'x' },
  scenarioHash: 'h',
  labels: {},
  host: {},
  target: {},
  timeline: [],
  workers: 1,
  timeoutMs: 5000,
  slo: { declared: true, p95Ms: 80, tools: {}, during: {} },
  capacity: {
    plan: { ...SEARCH_PLANS['2m'] },
    startRate: 10,
    arrivals: 'poisson',
    instances: 1,
    entries: [{ under: 'none' }],
    law: false,
  },
};

const histogram = (valueMs: number, count: number) => {
  const all = new LatencyHistogram();
  all.record(valueMs * 1000, count);
  return all.toInterval()!;
};

const trial = (more: Partial<TrialEntry>): TrialEntry => ({
  type: 'trial',
  t: 10,
  under: 'none',
  purpose: 'double',
  offeredRate: 20,
  searchS: 0,
  settleS: 2,
  plannedS: 8,
  measuredS: 8,
  tookS: 11,
  completed: 160,
  succeeded: 150,
  inFlight: [],
  blocks: [
    {
      startS: 0,
      endS: 5,
      cells: [{ tool: 'a', endpoint: 'e', offered: 100, started: 100, ok: 100, response: histogram(20, 100) }],
    },
    {
      startS: 5,
      endS: 8,
      cells: [
        {
          tool: 'a',
          endpoint: 'e',
          offered: 60,
          started: 60,
          ok: 50,
          failed: 10,
          errors: { timeout: 10 },
          response: histogram(30, 50),
        },
      ],
    },
  ],
  ...more,
});

describe('trials in a journal', () => {
  it('are segments of their own: times after the settle, blocks added together, warm-up out of the totals', () => {
    const warmUp = trial({ purpose: 'warm-up', t: 0, settleS: 0, measuredS: 8 });
    const { result, search, timeline } = analyse([start, warmUp, trial({}), { type: 'end', t: 30, reason: 'completed' }]);
    expect(timeline).toMatchObject([
      { kind: 'warm-up', startS: 0, endS: 8 },
      { name: '2 none: double at 20/s', kind: 'steady', startS: 12, endS: 20 },
    ]);
    expect(result.totals).toMatchObject({ offered: 160, ok: 150, failed: 10, offeredRate: 20 });
    expect(result.phases[1]).toMatchObject({ counts: { offered: 160, goodput: 150 / 8 }, tools: [{ tool: 'a' }] });
    expect(result.latencyUs.response).toMatchObject({ count: 150, unanswered: 10, p95: null });
    expect(result.errors).toMatchObject([{ class: 'timeout', count: 10, firstAtS: 17 }]);
    expect(search).toMatchObject({ start: { startRate: 10 }, trials: [{ purpose: 'warm-up' }, { purpose: 'double' }] });
  });

  it('takes a trial that the generator was late in for what it is', () => {
    const { result } = analyse([start, trial({ lateness: histogram(9, 100) })]);
    expect(result.phases[0]?.validity).toMatchObject({ valid: false });
  });
});
