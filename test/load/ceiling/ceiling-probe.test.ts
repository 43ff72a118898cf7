import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { probeCeiling } from '../../../src/load/ceiling/ceiling-probe.js';

const SERVICE_MS = 20;
let close: (() => void) | undefined;
let resets = 0;
afterEach(() => close?.());

/** Answers after 20 ms; resets every `resetEvery`-th request instead. */
async function server(resetEvery: number): Promise<string> {
  let seen = 0;
  resets = 0;
  const http = createServer((request, response) => {
    request.resume();
    seen += 1;
    const reset = seen % resetEvery === 0;
    if (reset) resets += 1;
    setTimeout(() => (reset ? request.socket.resetAndDestroy() : response.end('{}')), SERVICE_MS);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  close = () => {
    http.closeAllConnections();
    http.close();
  };
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

describe('probeCeiling', () => {
  it('reads the true latency of a server that resets every tenth request, and counts the lost calls', async () => {
    const latencies: number[] = [];
    const reading = await probeCeiling({
      url: await server(10),
      request: { headers: { 'content-type': 'application/json' }, body: '{}' },
      connections: 1,
      durationS: 2,
      onAnswer: (ms) => latencies.push(ms),
    });
    expect(reading.answered).toBe(latencies.length);
    expect(reading.answered).toBeGreaterThan(20);
    // Without the guard each reset shifts all later readings by one call: the median then reads 40 ms and more.
    expect(median(latencies)).toBeGreaterThanOrEqual(SERVICE_MS - 1);
    expect(median(latencies)).toBeLessThan(SERVICE_MS * 2 - 1);
    // One reset may fall into the last moment, when no request follows to notice it. Without the guard every later request counts it again.
    expect(resets).toBeGreaterThan(2);
    expect([resets, resets - 1]).toContain(reading.lost);
    expect(reading.callsPerS).toBeLessThan(1000 / SERVICE_MS);
  });
});
