import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import { SaturationTally } from '../../src/analysis/saturation.js';
import { smallestJudgedLimitUs, smallestLatencyLimitUs } from '../../src/analysis/smallest-limit.js';
import { spectrumOf, spectrumPercentiles } from '../../src/analysis/spectrum.js';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import { LatencyHistogram } from '../../src/journal/latency-histogram.js';
import type { SecondEntry } from '../../src/journal/second-entry.js';
import type { HealthEntry } from '../../src/journal/signal-entry.js';
import { journalOf, type MadeCall, startEntry, timelineOf } from './made-journal.js';

const timeline = timelineOf([{ name: 'steady', kind: 'steady', forS: 10 }]);
const call = (dueS: number, outcome: MadeCall['outcome'], serviceUs = 1000): MadeCall => ({
  tool: 't',
  endpoint: 'a',
  segment: 0,
  dueS,
  latenessUs: 0,
  serviceUs,
  outcome,
});
const seriesOf = (calls: readonly MadeCall[], extra: readonly JournalEntry[] = [], forS = 10) =>
  analyse([...journalOf(startEntry(forS === 10 ? timeline : timelineOf([{ name: 's', kind: 'steady', forS }])), calls), ...extra])
    .series;

describe('series', () => {
  it('has no percentile where it lies among calls that were never answered', () => {
    const { response } = seriesOf([
      ...Array.from({ length: 9 }, (_, i) => call(i / 10, 'ok')),
      call(0.95, 'timeout'),
      ...Array.from({ length: 10 }, (_, i) => call(1 + i / 20, 'ok')),
    ]);
    expect(response.p50).toEqual([1000, 1000]);
    expect(response.p95).toEqual([null, 1000]);
  });

  it('adds what load threads have in flight, and takes the mean over the seconds of a bucket', () => {
    const second = (t: number, worker: number, inFlight: number): SecondEntry => ({
      type: 'second',
      t,
      worker,
      inFlight,
      generator: {},
      cells: [],
    });
    expect(seriesOf([], [second(0, 0, 2), second(0, 1, 3), second(1, 0, 4), second(1, 1, 0)]).inFlight).toEqual([5, 4]);
    // 1,200 s make buckets of 3 s.
    const wide = seriesOf([], [second(0, 0, 3), second(1, 0, 6), second(2, 0, 3)], 1200);
    expect([wide.stepS, wide.inFlight]).toEqual([3, [4]]);
  });

  it('marks a bucket in which any probe missed, and leaves blank one without a probe', () => {
    const probe = (t: number, ok: boolean): HealthEntry => ({ type: 'health', t, probe: 'live', ok, state: 'healthy' });
    const { health } = seriesOf(
      [0, 4, 7, 10].map((dueS) => call(dueS, 'ok')),
      [probe(0, true), probe(1, true), probe(4, false), probe(5, true), probe(10, true)],
      1200,
    );
    expect(health).toEqual({ live: [1, 0, null, 1] });
  });

  it('shows the mean of a gauge and the last value of a metric', () => {
    const { processCores, metrics, hostBusy } = seriesOf(
      [call(0, 'ok'), call(4, 'ok')],
      [
        { type: 'process', t: 0, pid: 1, cpuCores: 1 },
        { type: 'process', t: 1, pid: 1, cpuCores: 2 },
        { type: 'metrics', t: 0, values: { calls: 5 } },
        { type: 'metrics', t: 2, values: { calls: 9 } },
        { type: 'host', t: 4, busy: 0.5 },
      ],
      1200,
    );
    expect([processCores, metrics, hostBusy]).toEqual([[1.5, null], { calls: [9, null] }, [null, 0.5]]);
  });
});

describe('spectrum', () => {
  it('goes from the least to the largest in even steps of log(1/(1-p)), twenty for each factor of ten', () => {
    const percentiles = spectrumPercentiles(100_000);
    expect(percentiles[0]).toBe(0);
    expect(percentiles.at(-1)).toBe(1);
    const steps = percentiles.slice(1, -1).map((p) => Math.log10(1 / (1 - p)));
    for (const [i, step] of steps.entries()) expect(step).toBeCloseTo((i + 1) * (steps[0] as number), 9);
    expect(steps.at(-1)).toBeCloseTo(5, 9);
    expect(percentiles.length).toBeGreaterThan(50);
    expect(spectrumPercentiles(1e9).length).toBeLessThan(300);
  });

  it('has the exact least and largest value at its ends, and ends where the unanswered calls begin', () => {
    const histogram = new LatencyHistogram();
    for (let value = 1; value <= 1000; value++) histogram.record(value * 1013);
    const { response, service } = spectrumOf(histogram, histogram, 0);
    expect(response[0]).toEqual({ percentile: 0, valueUs: 1013 });
    expect(response.at(-1)).toEqual({ percentile: 1, valueUs: 1_013_000 });
    expect(service).toEqual(response);
    const cut = spectrumOf(histogram, histogram, 1000).response;
    expect(cut.at(-1)?.percentile).toBeLessThanOrEqual(0.5);
    expect(cut.at(-1)?.percentile).toBeGreaterThan(0.4);
  });
});

describe('saturation', () => {
  it('keeps first, last and largest reading, and the mean of a load', () => {
    const tally = new SaturationTally();
    for (const [t, value] of [3, 9, 5].entries()) {
      tally.addProcess({ type: 'process', t, pid: 7, cpuCores: value, rssBytes: value, threads: value, descriptors: value });
      tally.addMetrics({ type: 'metrics', t, values: { pool: value, broken: Number.NaN } });
      tally.addHost({ type: 'host', t, busy: value / 10 });
    }
    expect(tally.figures()).toEqual({
      process: {
        pid: 7,
        cpuCores: { mean: 17 / 3, max: 9 },
        rssBytes: { first: 3, last: 5, max: 9 },
        threads: { max: 9 },
        descriptors: { max: 9 },
      },
      host: { busy: { mean: expect.closeTo(17 / 30, 9), max: 0.9 } },
      metrics: { pool: { first: 3, last: 5, max: 9 } },
    });
  });
});

describe('smallestLatencyLimitUs', () => {
  const slo = { declared: true, tools: {}, during: {} };
  it('looks at every latency limit of the SLO, and at no other', () => {
    expect(smallestLatencyLimitUs({ ...slo, success: 0.001, p95Ms: 400, p99Ms: 900 })).toBe(400_000);
    expect(smallestLatencyLimitUs({ ...slo, p95Ms: 400, tools: { echo: { maxMs: 20 } } })).toBe(20_000);
    expect(smallestLatencyLimitUs({ ...slo, p95Ms: 400, during: { fault: { p50Ms: 30 } } })).toBe(30_000);
    expect(smallestLatencyLimitUs({ ...slo, p95Ms: 400, tenants: { acme: { answered: { p90Ms: 10 } } } })).toBe(10_000);
    expect(smallestLatencyLimitUs({ ...slo, success: 0.99 })).toBe(400_000);
  });

  it('and where calls count one by one at the limits of a baseline too, with what they allow', () => {
    expect(smallestJudgedLimitUs({ ...slo, success: 0.99 })).toBe(Number.POSITIVE_INFINITY);
    expect(smallestJudgedLimitUs({ ...slo, p95Ms: 400, answered: { p50Ms: 90 } })).toBe(90_000);
    expect(smallestJudgedLimitUs({ ...slo, p95Ms: 400 }, { p50Ms: 40, p99Ms: 100, tolerance: 1.5 })).toBe(60_000);
    expect(smallestJudgedLimitUs({ ...slo, p95Ms: 400 }, { errorRate: 0.01, tolerance: 1.5 })).toBe(400_000);
  });
});
