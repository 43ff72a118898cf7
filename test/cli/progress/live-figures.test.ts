import { describe, expect, it } from 'vitest';
import { LiveFigures, type LiveQuantiles } from '../../../src/cli/progress/live-figures.js';
import { progressBlock, progressLine } from '../../../src/cli/progress/live-progress.js';
import type { IntervalHistogram } from '../../../src/journal/interval-histogram.js';
import { LatencyHistogram } from '../../../src/journal/latency-histogram.js';
import type { Segment } from '../../../src/scenario/plan/segment.js';
import { second } from '../second-entry.js';

const timeline: readonly Segment[] = [
  { id: 0, name: 'warm-up', phase: 'warm-up', kind: 'warm-up', startS: 0, endS: 2, faults: [] },
  { id: 1, name: 'steady', phase: 'steady', kind: 'steady', startS: 2, endS: 12, faults: [] },
];

function figures(): LiveFigures {
  const live = new LiveFigures(timeline);
  live.add({ type: 'cell', id: 0, tool: 'echo', endpoint: 'a', segment: 0 });
  live.add({ type: 'cell', id: 1, tool: 'echo', endpoint: 'a', segment: 1 });
  return live;
}

/** Milliseconds and how many calls took them. */
function response(...counts: readonly (readonly [ms: number, count: number])[]): { readonly response: IntervalHistogram } {
  const histogram = new LatencyHistogram();
  for (const [ms, count] of counts) histogram.record(ms * 1000, count);
  return { response: histogram.toInterval() as IntervalHistogram };
}

/** Milliseconds, rounded: buckets are 0.1 % wide. */
const rounded = (quantiles: LiveQuantiles) =>
  Object.fromEntries(Object.entries(quantiles).map(([name, us]) => [name, us && Math.round(us / 1000)]));

describe('LiveFigures', () => {
  it('adds the seconds up and takes nearest-rank quantiles', () => {
    const live = figures();
    live.add(second(2, { cell: 1, offered: 100, ok: 100, ...response([10, 50], [30, 45], [200, 5]) }));
    expect(rounded(live.snapshot(3).soFar)).toEqual({ p50: 10, p95: 30, p99: 200 });
  });

  it('leaves warm-up out of the figures so far, but not out of the last seconds', () => {
    const live = figures();
    live.add(second(0, { cell: 0, offered: 10, ok: 10, ...response([500, 10]) }));
    live.add(second(1, {}));
    const { soFar, lately, offeredPerS } = live.snapshot(1.5);
    expect(soFar).toEqual({});
    expect(rounded(lately).p50).toBe(500);
    expect(offeredPerS).toBe(10);
  });

  it('ranks calls without an answer above every answered one', () => {
    const live = figures();
    live.add(second(2, { cell: 1, offered: 10, ok: 6, dropped: 1, failed: 3, errors: { timeout: 3 }, ...response([10, 6]) }));
    const { soFar, errors } = live.snapshot(3);
    expect(rounded(soFar)).toEqual({ p50: 10, p95: null, p99: null });
    expect(errors).toEqual({ timeout: 3, dropped: 1 });
  });

  it('does not count answered failures as unanswered', () => {
    const live = figures();
    live.add(second(2, { cell: 1, offered: 2, ok: 1, failed: 1, errors: { 'tool-error': 1 }, ...response([10, 1]) }));
    expect(rounded(live.snapshot(3).soFar)).toEqual({ p50: 10, p95: 10, p99: 10 });
  });

  it('adds the workers up and looks only at complete seconds', () => {
    const live = figures();
    for (const worker of [0, 1]) live.add(second(2, { cell: 1, offered: 5, ok: 5 }, worker));
    live.add(second(3, { cell: 1, offered: 5, ok: 5 }, 0));
    expect(live.snapshot(4).offeredPerS).toBe(10);
  });

  it('keeps no more than the last seconds', () => {
    const live = figures();
    for (let t = 2; t < 12; t += 1) live.add(second(t, { cell: 1, offered: t < 6 ? 100 : 10, ok: 10 }));
    expect(live.snapshot(12).offeredPerS).toBe(10);
  });
});

describe('progress text', () => {
  it('is one line elsewhere and a block on a terminal', () => {
    const live = figures();
    live.add(second(2, { cell: 1, offered: 100, ok: 98, failed: 2, errors: { 'tool-error': 2 }, ...response([10, 98]) }));
    live.add(second(3, {}));
    const now = live.snapshot(4);
    expect(progressLine(now)).toBe(
      '4 s of 12 s | steady | offered 100/s, achieved 100/s | response p50 10.0 ms p95 10.0 ms p99 10.0 ms | errors 2 (2 %) | in flight 0',
    );
    expect(progressBlock(now)).toHaveLength(4);
    expect(progressBlock(now).join('\n')).toContain('phase steady (steady, 0:08 left)');
    expect(progressBlock(now).join('\n')).toContain('tool-error 2');
  });

  it('says that it drains after the last phase, and that nothing was answered before the first answer', () => {
    const text = progressLine(figures().snapshot(13));
    // Of what was planned nothing is left; the drain comes on top.
    expect(text).toContain('12 s of 12 s | draining for 1 s |');
    expect(text).toContain('nothing answered yet');
  });
});
