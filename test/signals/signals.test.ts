import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { HealthEntry } from '../../src/measure/journal-entry.js';
import { hostEntry } from '../../src/signals/host-sampler.js';
import { repeatEvery } from '../../src/signals/repeat.js';
import { type SignalEntry, startSignals } from '../../src/signals/signals.js';

async function pages(routes: Readonly<Record<string, () => { status: number; body: string } | undefined>>): Promise<string> {
  const server = createServer((request, response) => {
    const answer = routes[request.url ?? '']?.();
    // No answer at all: a page that hangs.
    if (answer !== undefined) response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

describe('signals beside the load', () => {
  it('follow a readiness page down and up again, with its checks', async () => {
    let up = true;
    const base = await pages({
      '/ready': () => ({ status: up ? 200 : 503, body: JSON.stringify({ checks: { postgres: { ok: up } } }) }),
    });
    const entries: HealthEntry[] = [];
    const signals = startSignals({ nowS: () => 1, health: { ready: `${base}/ready`, everyMs: 20 } }, (entry) => {
      if (entry.type === 'health') entries.push(entry);
    });
    await vi.waitFor(() => expect(entries.at(-1)?.state).toBe('healthy'));
    up = false;
    await vi.waitFor(() => expect(entries.at(-1)?.state).toBe('unhealthy'));
    expect(entries.at(-1)).toMatchObject({ ok: false, status: 503, detail: '{"postgres":{"ok":false}}' });
    up = true;
    await vi.waitFor(() => expect(entries.at(-1)?.state).toBe('healthy'));
    await signals.stop();
    const told = entries.length;
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(entries.length).toBe(told);
  });

  it('count a page that hangs as a miss, and never ask twice at once', async () => {
    let asked = 0;
    const base = await pages({
      '/live': () => {
        asked++;
        return undefined;
      },
    });
    const entries: SignalEntry[] = [];
    const signals = startSignals({ nowS: () => 0, health: { live: `${base}/live`, everyMs: 50 } }, (entry) =>
      entries.push(entry),
    );
    await vi.waitFor(() => expect(entries.some(({ type }) => type === 'health')).toBe(true), { timeout: 3000 });
    await signals.stop();
    // Answers are given 250 ms: with a question every 50 ms a second one would have been asked long before.
    expect(asked).toBeLessThanOrEqual(2);
    expect(entries.find(({ type }) => type === 'health')).toMatchObject({ ok: false, detail: expect.stringContaining('250 ms') });
  });

  it('outlive a metrics page that is not there', async () => {
    const signals = startSignals({ nowS: () => 0, metrics: 'http://127.0.0.1:9/metrics' }, () => {});
    await expect(signals.stop()).resolves.toBeUndefined();
  });
});

describe('work that repeats', () => {
  it('goes on after a failure', async () => {
    let turns = 0;
    const repeating = repeatEvery(5, async () => {
      turns++;
      throw new Error('one lost reading');
    });
    await vi.waitFor(() => expect(turns).toBeGreaterThan(3));
    await repeating.stop();
  });
});

describe('the machine between two readings', () => {
  const reading = (atMs: number, total: number, idle: number, steal: number, ownCpuS: number, throttledS?: number) => ({
    atMs,
    ticks: { total, idle, steal },
    ownCpuS,
    throttledS,
  });

  it('is told as shares of the time between them', () => {
    expect(hostEntry(7, reading(0, 1000, 500, 10, 1, 2), reading(2000, 1400, 600, 30, 1.5, 2.5))).toEqual({
      type: 'host',
      t: 7,
      generatorCores: 0.25,
      steal: 0.05,
      busy: 0.75,
      throttledS: 0.25,
    });
  });

  it('leaves out what could not be read', () => {
    const without = { atMs: 0, ticks: undefined, ownCpuS: 0, throttledS: undefined };
    expect(hostEntry(0, without, { ...without, atMs: 1000 })).toEqual({ type: 'host', t: 0, generatorCores: 0 });
  });
});
