import { once } from 'node:events';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveToxiproxy, type ToxiproxyServer } from '../../src/toxiproxy/serve-toxiproxy.js';
import { callJson } from './api-client.js';

const BODY = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 256));

let server: ToxiproxyServer;
let upstream: Server;
let port: number;
let agent: Agent;

beforeAll(async () => {
  upstream = createServer((_, response) => response.end(BODY)).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  server = await serveToxiproxy({ host: '127.0.0.1', port: 0, seed: 1 });
  const { listen } = await callJson<{ listen: string }>(server.url, 'POST', '/proxies', {
    name: 'web',
    listen: '127.0.0.1:0',
    upstream: `127.0.0.1:${(upstream.address() as AddressInfo).port}`,
  });
  port = Number(listen.split(':')[1]);
});

beforeEach(async () => {
  await callJson(server.url, 'POST', '/reset');
  agent?.destroy();
  agent = new Agent({ keepAlive: true, maxSockets: 5 });
});

afterAll(async () => {
  agent.destroy();
  await server.close();
  upstream.closeAllConnections();
  upstream.close();
});

/** `ok`, `short`, or the error's code. */
const get = (limitMs = 10_000): Promise<string> =>
  new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).equals(BODY) ? 'ok' : 'different'));
      response.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
    sent.setTimeout(limitMs, () => {
      resolve('hung');
      sent.destroy();
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end();
  });

const add = (toxic: object): Promise<void> => callJson(server.url, 'POST', '/proxies/web/toxics', toxic);

const tally = (results: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const result of results) counts[result] = (counts[result] ?? 0) + 1;
  return counts;
};

const many = (n: number, limitMs?: number): Promise<string[]> => Promise.all(Array.from({ length: n }, () => get(limitMs)));

describe('node:http with keep-alive through the proxy', () => {
  it('gets every byte while toxics come, change and go', async () => {
    const results: Promise<string>[] = [];
    for (let i = 0; i < 60; i++) {
      results.push(get());
      if (i % 6 === 0) await add({ type: 'latency', name: `l${i}`, attributes: { latency: 10 + i, jitter: 5 } });
      if (i % 6 === 2) await add({ type: 'slicer', name: `s${i}`, attributes: { average_size: 3000, size_variation: 1000 } });
      if (i % 6 === 4) await callJson(server.url, 'PATCH', `/proxies/web/toxics/l${i - 4}`, { attributes: { latency: 1 } });
      if (i % 6 === 5) {
        await callJson(server.url, 'DELETE', `/proxies/web/toxics/l${i - 5}`);
        await callJson(server.url, 'DELETE', `/proxies/web/toxics/s${i - 3}`);
      }
    }
    expect(tally(await Promise.all(results))).toEqual({ ok: 60 });
  });

  it('hangs in a black hole without one error, loses those calls on removal, and then recovers', async () => {
    expect(tally(await many(5))).toEqual({ ok: 5 });
    await add({ type: 'timeout', name: 'hole', attributes: { timeout: 0 } });
    const held = many(5);
    const early = await Promise.race([held, new Promise<string>((resolve) => setTimeout(() => resolve('hung'), 300))]);
    expect(early).toBe('hung');
    await callJson(server.url, 'DELETE', '/proxies/web/toxics/hole');
    expect(tally(await held)).toEqual({ ECONNRESET: 5 });
    expect(tally(await many(10))).toEqual({ ok: 10 });
  });

  it('sees ECONNRESET on connections opened under reset_peer', async () => {
    await add({ type: 'reset_peer' });
    expect(tally(await many(10))).toEqual({ ECONNRESET: 10 });
  });

  it('sees a reply cut off by limit_data as aborted', async () => {
    await add({ type: 'limit_data', attributes: { bytes: 4000 } });
    expect(tally(await many(5))).toEqual({ ECONNRESET: 5 });
  });

  it('sees ECONNREFUSED while the proxy is disabled', async () => {
    await callJson(server.url, 'PATCH', '/proxies/web', { enabled: false });
    expect(tally(await many(5))).toEqual({ ECONNREFUSED: 5 });
    await callJson(server.url, 'PATCH', '/proxies/web', { enabled: true });
    expect(tally(await many(5))).toEqual({ ok: 5 });
  });
});
