import { describe, expect, it } from 'vitest';
import { LiveFigures } from '../../../src/cli/progress/live-figures.js';
import { progressBlock, progressLine } from '../../../src/cli/progress/progress-text.js';
import type { Segment } from '../../../src/load/segment.js';
import { second } from '../second-entry.js';

const timeline: readonly Segment[] = [
  { id: 0, name: 'warm-up', phase: 'warm-up', kind: 'warm-up', startS: 0, endS: 2, faults: [] },
  { id: 1, name: 'steady', phase: 'steady', kind: 'steady', startS: 2, endS: 12, faults: [] },
];

/** Buckets of 1 ms each, so that an index is its value in milliseconds. */
function figures(): LiveFigures {
  const live = new LiveFigures(timeline, (index) => index * 1000);
  live.add({ type: 'cell', id: 0, tool: 'echo', endpoint: 'a', segment: 0 });
  live.add({ type: 'cell', id: 1, tool: 'echo', endpoint: 'a', segment: 1 });
  return live;
}

const response = (...counts: number[]) => ({ response: { counts, minUs: 0, maxUs: 0, sumUs: 0 } });

describe('LiveFigures', () => {
  it('adds sparse counts of delta-coded buckets up and takes nearest-rank quantiles', () => {
    const live = figures();
    // 50 calls of 10 ms and 45 of 30 ms, then 5 of 200 ms: written as differences 10, +20, +170.
    live.add(second(2, { cell: 1, offered: 100, ok: 100, ...response(10, 50, 20, 45, 170, 5) }));
    expect(live.snapshot(3).soFar).toEqual({ p50: 10_000, p95: 30_000, p99: 200_000 });
  });

  it('leaves warm-up out of the figures so far, but not out of the last seconds', () => {
    const live = figures();
    live.add(second(0, { cell: 0, offered: 10, ok: 10, ...response(500, 10) }));
    live.add(second(1, {}));
    const { soFar, lately, offeredPerS } = live.snapshot(1.5);
    expect(soFar).toEqual({});
    expect(lately.p50).toBe(500_000);
    expect(offeredPerS).toBe(10);
  });

  it('ranks calls without an answer above every answered one', () => {
    const live = figures();
    live.add(second(2, { cell: 1, offered: 10, ok: 6, dropped: 1, failed: 3, errors: { timeout: 3 }, ...response(10, 6) }));
    const { soFar, errors } = live.snapshot(3);
    expect(soFar).toEqual({ p50: 10_000, p95: null, p99: null });
    expect(errors).toEqual({ timeout: 3, dropped: 1 });
  });

  it('does not count answered failures as unanswered', () => {
    const live = figures();
    live.add(second(2, { cell: 1, offered: 2, ok: 1, failed: 1, errors: { 'tool-error': 1 }, ...response(10, 1) }));
    expect(live.snapshot(3).soFar).toEqual({ p50: 10_000, p95: 10_000, p99: 10_000 });
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
    live.add(second(2, { cell: 1, offered: 100, ok: 98, failed: 2, errors: { 'tool-error': 2 }, ...response(10, 98) }));
    live.add(second(3, {}));
    const now = live.snapshot(4);
    expect(progressLine(now)).toBe(
      '4 s of 12 s | steady | offered 100/s, achieved 100/s | response p50 10 ms p95 10 ms p99 10 ms | errors 2 (2.00 %) | in flight 0',
    );
    expect(progressBlock(now).split('\n')).toHaveLength(4);
    expect(progressBlock(now)).toContain('phase steady (steady, 00:08 left)');
    expect(progressBlock(now)).toContain('tool-error 2');
  });

  it('says that it drains after the last phase, and that nothing was answered before the first answer', () => {
    const text = progressLine(figures().snapshot(13));
    expect(text).toContain('draining');
    expect(text).toContain('nothing answered yet');
  });
});
