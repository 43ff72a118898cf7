import { describe, expect, it } from 'vitest';
import type { Journey } from '../../src/scenario/call.js';
import type { Scenario } from '../../src/scenario/scenario.js';
import type { SeenCall } from '../load/fake-driver.js';
import { closed, open, scenarioOf } from '../load/scenario-of.js';
import { driveVirtually } from '../load/virtual-drive.js';

const look: Journey = {
  type: 'journey',
  journey: 'look-then-act',
  weight: 1,
  steps: [
    { tool: 'search', arguments: {}, save: { id: '/orders/0/id' } },
    { thinkMs: 200 },
    { tool: 'get', arguments: { id: '{{ id }}', label: 'order {{ id }} of {{ seq }}' }, save: {} },
  ],
};
const scenario = (changes: Partial<Scenario['load']> = {}): Scenario =>
  scenarioOf({ calls: [look], load: { phases: [open('steady', 10, 2000)], ...changes } });
const answer = ({ tool, atMs }: SeenCall) => ({
  afterMs: tool === 'search' ? 30 : 10,
  result: { content: [{ type: 'text', text: JSON.stringify({ orders: [{ id: Math.round(atMs) }] }) }] },
});
const times = (calls: readonly SeenCall[], tool: string) => calls.filter((call) => call.tool === tool).map(({ atMs }) => atMs);

describe('journeys', () => {
  it('is one arrival: each step is due when the one before ended, plus think, and takes its saved values along', () => {
    const drive = driveVirtually(scenario(), answer);
    expect(times(drive.calls, 'search')).toHaveLength(20);
    // The last two arrivals come to their second step after the load has ended.
    expect(times(drive.calls, 'get')).toHaveLength(18);
    expect(drive.totals).toMatchObject({ offered: 38, ok: 38 });
    times(drive.calls, 'get').forEach((atMs, i) => {
      expect(atMs - (i * 100 + 230)).toBeGreaterThanOrEqual(0);
      expect(atMs - (i * 100 + 230)).toBeLessThan(0.2);
    });
    const second = drive.calls.filter(({ tool }) => tool === 'get')[1];
    expect(JSON.parse(second?.argumentsJson ?? '')).toEqual({ id: 100, label: 'order 100 of 1' });
    // Response time of the second step counts from when it was due, not from the arrival.
    expect(drive.response.maxUs).toBeLessThan(30_200);
  });

  it('holds no slot while it thinks', () => {
    const drive = driveVirtually(scenario({ maxInFlight: 1 }), answer);
    expect(drive.totals.dropped).toBe(0);
    const full = driveVirtually(scenario({ maxInFlight: 1 }), (call) => ({ ...answer(call), afterMs: 150 }));
    expect(full.totals.dropped).toBeGreaterThan(0);
  });

  it('ends with a failed step, and says how many did', () => {
    const drive = driveVirtually(scenario(), (call) =>
      call.tool === 'search' ? { afterMs: 5, outcome: 'tool-error' } : answer(call),
    );
    expect(drive.totals).toMatchObject({ offered: 20, failed: 20 });
    expect(drive.errors).toEqual({ 'tool-error': 20 });
    expect(drive.end.warnings).toEqual({ 'journeys-failed': 20 });
  });

  it('fails a step whose answer lacks what is to be saved', () => {
    const drive = driveVirtually(scenario(), () => ({ afterMs: 5, result: { structuredContent: { orders: [] } } }));
    expect(drive.errors).toEqual({ 'expectation-failed': 20 });
    expect(drive.samples[0]).toMatchObject({
      kind: 'error',
      class: 'expectation-failed',
      text: 'nothing at /orders/0/id to save as id',
    });
  });

  it('is walked by users of a closed phase, whose think time follows the last step', () => {
    const drive = driveVirtually(scenario({ phases: [closed('agents', 2, 500, 5000)] }), answer);
    // A round takes 30 + 200 + 10 + 500 ms.
    const searches = times(drive.calls, 'search').map((atMs) => Math.round(atMs));
    expect(searches.slice(0, 4)).toEqual([0, 250, 740, 990]);
    expect(drive.totals.failed).toBe(0);
  });
});

describe('expectations', () => {
  const expecting = (expect: NonNullable<Extract<Scenario['calls'][number], { type: 'call' }>['expect']>) =>
    scenarioOf({ calls: [{ type: 'call', tool: 'echo', weight: 1, arguments: {}, expect }] });
  const said = (text: string, isError = false) => ({
    afterMs: 5,
    outcome: isError ? ('tool-error' as const) : ('ok' as const),
    result: { content: [{ type: 'text', text }], isError },
  });

  it('turns an answer that is not as expected into a failure, and an expected error into a success', () => {
    expect(driveVirtually(expecting({ text: 'order' }), () => said('orders')).totals).toMatchObject({ ok: 10 });
    expect(driveVirtually(expecting({ text: 'order' }), () => said('nothing')).errors).toEqual({ 'expectation-failed': 10 });
    expect(driveVirtually(expecting({ error: true }), () => said('no such order', true)).totals).toMatchObject({ ok: 10 });
    expect(driveVirtually(expecting({ error: true }), () => said('fine')).errors).toEqual({ 'expectation-failed': 10 });
    expect(driveVirtually(expecting({ text: 'order' }), () => said('order', true)).errors).toEqual({ 'tool-error': 10 });
  });
});
