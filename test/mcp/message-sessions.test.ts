import { createServer, type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DriverOptions } from '../../src/mcp/driver-options.js';
import { drive, driverFor } from '../fixtures/drive-call.js';
import { listen } from '../fixtures/listen.js';

const INITIALIZED = {
  protocolVersion: '2024-11-05',
  capabilities: { tools: {} },
  serverInfo: { name: 'plain', version: '1' },
};
const RESULTS: Readonly<Record<string, unknown>> = {
  initialize: INITIALIZED,
  'tools/list': { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [] },
};

/** A driver over HTTP+SSE; the server takes every message, and answers unless it is silent. */
async function sse(options: Partial<DriverOptions>, silent = false) {
  const streams: ServerResponse[] = [];
  const tenantsOfStreams: string[] = [];
  const received: string[] = [];
  const server = await listen(
    createServer((request, response) => {
      if (request.method === 'GET') {
        tenantsOfStreams.push(String(request.headers['x-tenant']));
        const at = streams.push(response.writeHead(200, { 'content-type': 'text/event-stream' })) - 1;
        response.write(`event: endpoint\ndata: /message?at=${at}\n\n`);
        return;
      }
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        const { id, method } = JSON.parse(body) as { id?: number; method: string };
        received.push(method);
        response.writeHead(202).end();
        if (id === undefined || silent) return;
        const at = Number(new URL(request.url ?? '', 'http://x').searchParams.get('at'));
        streams[at]?.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id, result: RESULTS[method] })}\n\n`);
      });
    }),
  );
  const driver = driverFor(`http://127.0.0.1:${server.port}/sse`, { transport: 'sse' }, options);
  onTestFinished(async () => {
    await driver.close();
    await server.close();
  });
  return { driver, received, tenantsOfStreams };
}

const TENANTS = ['acme', 'globex'].map((name) => ({ name, headers: { 'x-tenant': name } }));

describe('sessions on message channels', () => {
  it.each([
    [5, { acme: 3, globex: 2 }],
    [1, { acme: 1, globex: 1 }],
  ])('%i of them are divided evenly among the tenants, at least one each', async (sessions, shares) => {
    const { driver, tenantsOfStreams } = await sse({ tenants: TENANTS });
    await driver.open(sessions);
    const counts: Record<string, number> = {};
    for (const name of tenantsOfStreams) counts[name] = (counts[name] ?? 0) + 1;
    expect(counts).toEqual(shares);
    expect((await drive(driver, { tenant: 1 })).outcome).toBe('ok');
  });

  it('are given up at once when the driver is closed while they are being opened', async () => {
    const { driver, received } = await sse({ handshakeTimeoutMs: 60_000 }, true);
    const refused = expect(driver.open(1)).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining('because the driver was closed'),
    });
    await expect.poll(() => received).toContain('initialize');
    await driver.close();
    await refused;
  });
});
