import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDriver } from '../../src/mcp/create-driver.js';
import { fixture, startServer } from './plimsoll.js';
import { expectCountsToAddUp } from './run-result.js';
import { scenarioFile } from './scenario-file.js';
import { validRun } from './valid-run.js';

const lawServer = () => startServer([process.execPath, fixture('law-server.js')]);

/** Percentile by nearest rank, computed apart from the code under test. */
const nearestRank = (values: readonly number[], quantile: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] as number;
};

/** Calls through undici alone. @returns microseconds beyond the time that the server tells of the call */
function bareCaller(port: number): () => Promise<number> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 20 });
  onTestFinished(() => pool.close());
  let id = 0;
  return async () => {
    const startedMs = performance.now();
    const body = JSON.stringify({ jsonrpc: '2.0', id: ++id, method: 'tools/call', params: { name: 'work', arguments: {} } });
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const response = await pool.request({ path: '/mcp', method: 'POST', headers, body });
    const { result } = (await response.body.json()) as { result: { content: readonly { text: string }[] } };
    return (performance.now() - startedMs) * 1000 - Number(result.content[0]?.text);
  };
}

/** Sixty calls, one every 5 ms. */
async function pass(call: () => Promise<number>): Promise<readonly number[]> {
  const readings: Promise<number>[] = [];
  for (let i = 0; i < 60; i++) {
    readings.push(call());
    await wait(5);
  }
  return Promise.all(readings);
}

describe('a server with a known law that tells its own time', () => {
  // The last hundredth of the calls shows every hiccup of a shared machine; an error of ours would be there each time.
  it('is read back: p50 within 1 % + 1 ms, p99 within 1 % + 3 ms', { retry: 2 }, async () => {
    let port = 0;
    const scenario = async (): Promise<string> => {
      // Its list of times is of its whole life: one server for each try.
      port = await lawServer();
      return scenarioFile({
        url: `http://127.0.0.1:${port}/mcp`,
        tool: 'work',
        arguments: {},
        rate: '150/s',
        for: '8s',
        target: { preflight: 'schema' },
      });
    };
    const { code, stderr, result } = await validRun(scenario);
    expect(code, stderr).toBe(0);
    const times = (await (await fetch(`http://127.0.0.1:${port}/times`)).json()) as number[];
    expectCountsToAddUp(result);
    expect(times).toHaveLength(result.totals.ok);
    expect(result.totals.offered).toBe(1200);
    // A machine on which a bare client is further off than that cannot show it: then what that client reads is the measure.
    const bare = bareCaller(port);
    await pass(bare);
    const offUs = Math.max(1000, nearestRank(await pass(bare), 0.5) + 200);
    // Response time counts from when a call was due, so it also holds how late the call was started, which the result tells.
    const late = result.validity.generator.latenessUs;
    for (const [{ p50, p99 }, lateUs] of [
      [result.latencyUs.service, 0],
      [result.latencyUs.response, late?.p50 ?? 0],
    ] as const) {
      const [median, tail] = [nearestRank(times, 0.5), nearestRank(times, 0.99)];
      // Never less than the server's own time: that would be a clock that starts late or stops early.
      expect(p50).toBeGreaterThanOrEqual(median * 0.999);
      expect(p50).toBeLessThanOrEqual(median * 1.01 + offUs + lateUs);
      expect(p99).toBeGreaterThanOrEqual(tail * 0.999);
      expect(p99).toBeLessThanOrEqual(tail * 1.01 + 3000);
    }
  });

  it('adds no more than 0.2 ms a call to what a bare undici client reads, in interleaved passes', async () => {
    const port = await lawServer();
    const url = `http://127.0.0.1:${port}/mcp`;
    const driver = createDriver({
      target: {
        urls: [url],
        transport: 'streamable-http',
        protocol: 'legacy',
        startTimeoutMs: 30_000,
        headers: {},
        env: {},
        preflight: 'schema',
        allow: [],
      },
      classify: [],
      maxInFlight: 20,
    });
    onTestFinished(() => driver.close());
    await driver.open(1);
    const bare = bareCaller(port);

    const ours = (): Promise<number> =>
      new Promise((resolve) => {
        const startedMs = performance.now();
        const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
        driver.start(
          { tool: 'work', argumentsJson: '{}', endpoint: 0, traceparent, timeoutMs: 5000, wantResult: true },
          (answer) => {
            const [content] = (answer.result?.content ?? []) as readonly { text: string }[];
            resolve((answer.endedMs - startedMs) * 1000 - Number(content?.text));
          },
        );
      });
    await pass(ours);
    await pass(bare);
    const [oursUs, bareUs]: [number[], number[]] = [[], []];
    for (let i = 0; i < 4; i++) {
      oursUs.push(...(await pass(ours)));
      bareUs.push(...(await pass(bare)));
    }
    expect(nearestRank(oursUs, 0.5)).toBeGreaterThan(0);
    expect(nearestRank(oursUs, 0.5) - nearestRank(bareUs, 0.5)).toBeLessThanOrEqual(200);
  });
});
