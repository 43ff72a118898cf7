import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { HealthEntry } from '../../src/journal/signal-entry.js';
import { hostEntry } from '../../src/signals/host-sampler.js';
import { readPage } from '../../src/signals/page.js';
import { repeatEvery, type SignalEntry, startSignals } from '../../src/signals/signals.js';

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

  it('say once that a metrics page cannot be read, and why', async () => {
    const base = await pages({ '/metrics': () => ({ status: 404, body: 'no' }) });
    const entries: SignalEntry[] = [];
    const signals = startSignals({ nowS: () => 0, metrics: `${base}/metrics` }, (entry) => entries.push(entry));
    const notes = () => entries.filter(({ type }) => type === 'note');
    await vi.waitFor(() => expect(notes()).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 1200));
    await signals.stop();
    expect(notes()).toEqual([
      expect.objectContaining({ code: 'metrics-unreadable', text: expect.stringContaining('status 404') }),
    ]);
  });

  it('keep the series of a metrics page, and name the first of those that are too many', async () => {
    const body = Array.from({ length: 70 }, (_, i) => `mcp_calls_total{tool="t${i}"} ${i}`).join('\r\n');
    const base = await pages({ '/metrics': () => ({ status: 200, body }) });
    const entries: SignalEntry[] = [];
    const signals = startSignals({ nowS: () => 5, metrics: `${base}/metrics` }, (entry) => entries.push(entry));
    await vi.waitFor(() => expect(entries.some(({ type }) => type === 'note')).toBe(true));
    await signals.stop();
    const metrics = entries.find((entry) => entry.type === 'metrics');
    expect(metrics?.values['mcp_calls_total{tool="t7"}']).toBe(7);
    expect(Object.keys(metrics?.values ?? {})).toHaveLength(40);
    const note = entries.find((entry) => entry.type === 'note');
    expect(note).toMatchObject({ code: 'metrics-left-out', text: expect.stringMatching(/^30 series .*tool="t40".*25 more$/) });
  });

  it('say once what of a metrics page is no sample, and keep the rest', async () => {
    const body = 'mcp_calls_total 3 # {trace_id="a"} 1 1700000000.5\nmcp_calls_total three\n# EOF\n';
    const base = await pages({ '/metrics': () => ({ status: 200, body }) });
    const entries: SignalEntry[] = [];
    const signals = startSignals({ nowS: () => 5, metrics: `${base}/metrics` }, (entry) => entries.push(entry));
    const seen = (type: SignalEntry['type']) => entries.filter((entry) => entry.type === type);
    await vi.waitFor(() => expect(seen('metrics').length).toBeGreaterThan(1), 10_000);
    await signals.stop();
    expect(seen('metrics')[0]).toMatchObject({ values: { mcp_calls_total: 3 } });
    expect(seen('note')).toEqual([
      expect.objectContaining({
        level: 'warning',
        code: 'metrics-passed-over',
        text: `${base}/metrics was not read in full: 1 line is neither sample nor comment: line 2 "mcp_calls_total three"`,
      }),
    ]);
  });

  it('read no more of an endless page than they must', async () => {
    let sent = 0;
    let closed = false;
    const server = createServer((_request, response) => {
      response.once('close', () => {
        closed = true;
      });
      const write = (): void => {
        while (!response.destroyed && response.write('x'.repeat(64 * 1024))) sent += 64 * 1024;
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as { port: number };
    await expect(readPage(`http://127.0.0.1:${port}/`, { timeoutMs: 5000, maxBytes: 100_000 })).rejects.toThrow('100000 bytes');
    await vi.waitFor(() => expect(closed).toBe(true));
    // What socket buffers took, and not a stream without end.
    expect(sent).toBeLessThan(20_000_000);
  });

  it('end at once, in the middle of a question, and do not call that a miss', async () => {
    let asked = 0;
    const base = await pages({
      '/ready': () => {
        asked++;
        return undefined;
      },
    });
    const entries: SignalEntry[] = [];
    const signals = startSignals(
      { nowS: () => 0, health: { ready: `${base}/ready`, everyMs: 60_000 }, metrics: `${base}/none` },
      (entry) => entries.push(entry),
    );
    await vi.waitFor(() => expect(asked).toBe(1));
    const startedMs = performance.now();
    await signals.stop();
    expect(performance.now() - startedMs).toBeLessThan(1500);
    expect(entries).toEqual([]);
  });

  it('say once that the process to watch is not there', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => child.once('exit', resolve));
    const entries: SignalEntry[] = [];
    const signals = startSignals({ nowS: () => 0, pid: child.pid as number }, (entry) => entries.push(entry));
    await vi.waitFor(() => expect(entries).toHaveLength(1));
    await signals.stop();
    expect(entries[0]).toMatchObject({ code: 'process-gone', text: expect.stringContaining(String(child.pid)) });
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
