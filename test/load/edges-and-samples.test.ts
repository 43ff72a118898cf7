import { describe, expect, it } from 'vitest';
import type { SampleEntry } from '../../src/journal/journal-entry.js';
import { SampleKeeper } from '../../src/load/sample-keeper.js';
import { open, scenarioOf } from './scenario-of.js';
import { driveVirtually } from './virtual-drive.js';

const faulty = scenarioOf({
  load: { phases: [open('steady', 10, 10_000)], timeoutMs: 2000 },
  faults: [{ dependency: 'pg', inject: 'slow', with: {}, atMs: 4000, forMs: 2000 }],
  recovery: { withinMs: 1000 },
});

describe('segments of a drive', () => {
  it('moves calls that a fault overtook to the edge, with all that was counted of them', () => {
    const drive = driveVirtually(faulty, ({ atMs }) => ({ afterMs: atMs > 3450 && atMs < 6000 ? 1000 : 5 }));
    const of = (kind: string) =>
      drive.timeline
        .filter((segment) => segment.kind === kind)
        .map(({ id }) => drive.bySegment.get(id)?.ok ?? 0)
        .reduce((sum, ok) => sum + ok, 0);
    // Due at 3.5 to 3.9 s and answered after 4 s.
    expect(of('edge')).toBe(5);
    expect(of('fault')).toBe(20);
    expect(of('recovery')).toBe(10);
    expect(of('steady')).toBe(65);
    expect(drive.totals.offered).toBe(100);
  });

  it('puts timeouts and calls without an end where they belong too', () => {
    const drive = driveVirtually(faulty, ({ atMs }) => ({ afterMs: atMs > 2950 && atMs < 6000 ? Number.POSITIVE_INFINITY : 5 }));
    const edge = drive.timeline.find(({ kind }) => kind === 'edge');
    expect(drive.bySegment.get(edge?.id ?? -1)).toMatchObject({ offered: 10, failed: 10 });
    expect(drive.errors).toEqual({ timeout: 30 });
  });
});

describe('samples', () => {
  it('keeps the first failures of each class, with what is needed to find them again', () => {
    const drive = driveVirtually(scenarioOf({ load: { phases: [open('steady', 50, 2000)] } }), ({ atMs }) =>
      atMs < 1000
        ? { afterMs: 5, outcome: 'server-error', text: 'boom', httpStatus: 500 }
        : { afterMs: 5, outcome: 'rate-limited', retryAfterMs: 1000 },
    );
    const errors = drive.samples.filter(({ kind }) => kind === 'error');
    expect(errors.map((sample) => sample.class)).toEqual([
      'server-error',
      'server-error',
      'server-error',
      'rate-limited',
      'rate-limited',
      'rate-limited',
    ]);
    const [first] = errors;
    expect(first).toMatchObject({ tool: 'echo', endpoint: 'http://a', segment: 0, status: 500, text: 'boom' });
    expect(first?.traceparent).toBe(drive.calls[0]?.traceparent);
    expect(first?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(first?.requestId).toBe(first?.traceparent.split('-')[1]);
    expect(first?.responseUs).toBeGreaterThanOrEqual(5000);
  });

  it('has the slowest calls among those it told, and tells few', () => {
    const latencies = Array.from({ length: 500 }, (_, i) => ((i * 7919) % 500) + 1);
    let i = 0;
    const drive = driveVirtually(scenarioOf({ load: { phases: [open('steady', 100, 5000)], maxInFlight: 1000 } }), () => ({
      afterMs: latencies[i++] ?? 0,
    }));
    const slow = drive.samples
      .filter(({ kind }) => kind === 'slow')
      .map(({ responseUs }) => Math.round((responseUs ?? 0) / 1000));
    expect([...slow].sort((a, b) => b - a).slice(0, 10)).toEqual([500, 499, 498, 497, 496, 495, 494, 493, 492, 491]);
    expect(slow.length).toBeLessThan(60);
  });

  it('keeps failures of each segment: what is said during one fault says nothing of the next', () => {
    const keeper = new SampleKeeper();
    for (const segment of [1, 1, 1, 1, 1, 2, 3]) {
      if (keeper.wantsError('tool-error', 'echo', segment)) {
        keeper.addError({ class: 'tool-error', tool: 'echo', segment } as SampleEntry);
      }
    }
    expect(keeper.take().map(({ segment }) => segment)).toEqual([1, 1, 1, 2, 3]);
  });

  it('stays small when every call is slower than the one before', () => {
    const keeper = new SampleKeeper();
    for (let us = 1; us <= 100_000; us++) if (keeper.wantsSlow(0, us)) keeper.addSlow(0, us, { responseUs: us } as SampleEntry);
    expect(keeper.take().map(({ responseUs }) => responseUs)).toEqual(Array.from({ length: 10 }, (_, i) => 99_991 + i));
    expect(keeper.take()).toEqual([]);
  });
});
