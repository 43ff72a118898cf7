import type { BaselineRun, SavedBaseline } from '../../src/judge/baseline-schema.js';

/** A run of a baseline, each on a day of its own: p95 100 ms, 100 successful calls a second, none failed. */
export const baselineRun = (at: number, more: Partial<BaselineRun> = {}): BaselineRun => ({
  runId: `run-${at}`,
  startedAt: '2026-11-21T06:00:00.000Z',
  version: '1',
  scenario: 's',
  scenarioHash: 'h',
  host: { cores: 2 },
  sitting: { host: 'ci', day: `2026-11-${String(10 + at).padStart(2, '0')}` },
  calls: 1000,
  failures: 0,
  p95Us: 100_000,
  errorRate: 0,
  throughputPerS: 100,
  offeredPerS: 100,
  ...more,
});

/** A file that holds these. */
export const baselineWith = (runs: BaselineRun[]): SavedBaseline => ({
  schema: 'plimsoll.baseline/1',
  savedAt: '2026-11-21T06:00:00.000Z',
  scenario: 's',
  scenarioHash: 'h',
  tolerance: 1.5,
  runs,
});
