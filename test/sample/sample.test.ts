import { createServer } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../src/sample/embedded-database.js';
import { type RunningSample, runSample } from '../../src/sample/run-sample.js';
import { ensureDatabase } from '../../src/sample/seed.js';
import { freePort } from '../fixtures/ports.js';

/** The official client of the SDK: the sample must serve it as any MCP server would. */
async function connect(url: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)) as unknown as Parameters<Client['connect']>[0]);
  return client;
}

const options = { host: '127.0.0.1', port: 0, hardened: false, leak: false } as const;
const page = async (url: string, path: string) => fetch(url.replace(/\/mcp$/, path));

describe('the sample server on a real PostgreSQL', () => {
  let database: EmbeddedDatabase;
  let sample: RunningSample;
  let client: Client;

  beforeAll(async () => {
    database = await startEmbeddedDatabase(await freePort());
    await ensureDatabase(database.url('postgres'), 'orders');
    sample = await runSample({ ...options, databaseUrl: database.url('orders') });
    client = await connect(sample.url);
  });
  afterAll(async () => {
    await client?.close();
    await sample?.close();
    await database?.stop();
  });

  it('finds the orders of a customer', async () => {
    const { structuredContent } = await client.callTool({ name: 'search_orders', arguments: { customer: 7, limit: 3 } });
    const { total, orders } = structuredContent as { total: number; orders: { customer: number }[] };
    expect(total).toBe(100);
    expect(orders.map(({ customer }) => customer)).toEqual([7, 7, 7]);
  });

  it('gets one order, and says as a tool error that there is none', async () => {
    expect((await client.callTool({ name: 'get_order', arguments: { id: 1001 } })).structuredContent).toMatchObject({
      id: 1001,
      customer: 2,
    });
    const missing = await client.callTool({ name: 'get_order', arguments: { id: 9_999_999 } });
    expect(missing).toMatchObject({ isError: true, content: [{ text: 'no order 9999999' }] });
  });

  it('places an order once for each idempotency key', async () => {
    const place = async (idempotencyKey: string) =>
      (await client.callTool({ name: 'place_order', arguments: { customer: 7, item: 'rope', quantity: 2, idempotencyKey } }))
        .structuredContent;
    const first = (await place('a')) as { id: number };
    expect(await place('a')).toEqual(first);
    expect(((await place('b')) as { id: number }).id).not.toBe(first.id);
  });

  it('tells of itself on /metrics', async () => {
    await client.callTool({ name: 'echo', arguments: { message: 'hello' } });
    const text = await (await page(sample.url, '/metrics')).text();
    expect(text).toMatch(/^mcp_requests_total\{tool="echo"\} 1$/m);
    expect(text).toMatch(/^mcp_active_connections 1$/m);
    expect(text).toMatch(/^mcp_request_duration_seconds_count\{tool="echo"\} 1$/m);
  });

  it('answers 404 to a session it does not know', async () => {
    const response = await fetch(sample.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'mcp-session-id': 'gone' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    expect(response.status).toBe(404);
  });
});

describe('readiness', () => {
  it('is lost within a second when the database goes, and live goes on', async () => {
    const port = await freePort();
    const database = await startEmbeddedDatabase(port);
    onTestFinished(() => database.stop());
    await ensureDatabase(database.url('postgres'), 'orders');
    const sample = await runSample({ ...options, databaseUrl: database.url('orders') });
    onTestFinished(() => sample.close());
    expect((await page(sample.url, '/health/ready')).status).toBe(200);
    await database.stop();
    const startedMs = performance.now();
    const answer = await page(sample.url, '/health/ready');
    expect(answer.status).toBe(503);
    expect(performance.now() - startedMs).toBeLessThan(1000);
    expect(await answer.json()).toMatchObject({ checks: { postgres: { ok: false } } });
    expect((await page(sample.url, '/health/live')).status).toBe(200);
    const back = await startEmbeddedDatabase(port);
    onTestFinished(() => back.stop());
    await ensureDatabase(back.url('postgres'), 'orders');
    await vi.waitFor(async () => expect((await page(sample.url, '/health/ready')).status).toBe(200), { timeout: 5000 });
  });

  it('is lost within a second when the database hangs, and every probe is answered', async () => {
    // Accepts connections and never says a word, as a database behind a black hole.
    const hole = createServer(() => {});
    await new Promise<void>((resolve) => hole.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void hole.close());
    const { port } = hole.address() as { port: number };
    const { startSampleServer } = await import('../../src/sample/sample-server.js');
    const server = await startSampleServer({ ...options, databaseUrl: `postgres://postgres@127.0.0.1:${port}/orders` });
    onTestFinished(() => server.close());
    const startedMs = performance.now();
    const answers = await Promise.all([page(server.url, '/health/ready'), page(server.url, '/health/ready')]);
    expect(answers.map(({ status }) => status)).toEqual([503, 503]);
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });
});

/** Holds a lock on the orders until it is let go: every query of a tool waits. */
async function lockOrders(url: string): Promise<() => Promise<void>> {
  const holder = new pg.Client({ connectionString: url });
  await holder.connect();
  await holder.query('BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
  return () => holder.end();
}

describe('orders that are locked', () => {
  let database: EmbeddedDatabase;
  beforeAll(async () => {
    database = await startEmbeddedDatabase(await freePort());
    await ensureDatabase(database.url('postgres'), 'orders');
  });
  afterAll(() => database?.stop());

  async function started(hardened: boolean) {
    const sample = await runSample({ ...options, hardened, databaseUrl: database.url('orders') });
    onTestFinished(() => sample.close());
    const client = await connect(sample.url);
    onTestFinished(() => client.close());
    const get = () => client.callTool({ name: 'get_order', arguments: { id: 1001 } });
    return { sample, get };
  }

  it('fill the pool of the weak sample: it is not ready within a second, though the database is, and ready again after', async () => {
    const { sample, get } = await started(false);
    expect((await page(sample.url, '/health/ready')).status).toBe(200);
    const release = await lockOrders(database.url('orders'));
    const calls = Array.from({ length: 8 }, get);
    await vi.waitFor(async () => expect(await (await page(sample.url, '/metrics')).text()).toMatch(/^db_pool_waiting [1-9]/m));
    const startedMs = performance.now();
    expect((await page(sample.url, '/health/ready')).status).toBe(503);
    expect(performance.now() - startedMs).toBeLessThan(1000);
    await release();
    expect((await Promise.all(calls)).every(({ isError }) => isError !== true)).toBe(true);
    await vi.waitFor(async () => expect((await page(sample.url, '/health/ready')).status).toBe(200));
  });

  it('end the calls of the hardened sample in time, and those beyond its queue at once', async () => {
    const { get } = await started(true);
    const release = await lockOrders(database.url('orders'));
    onTestFinished(release);
    const answers = await Promise.all(Array.from({ length: 140 }, get));
    const texts = answers.map((answer) => JSON.stringify(answer.content));
    expect(answers.every(({ isError }) => isError === true)).toBe(true);
    expect(texts.filter((text) => text.includes('overloaded')).length).toBeGreaterThan(0);
    expect(texts.filter((text) => text.includes('database error')).length).toBeGreaterThanOrEqual(40);
  });
});

describe('a leaking sample', () => {
  it('never lets go of a session that its client has ended; one that does not leak does', async () => {
    const database = await startEmbeddedDatabase(await freePort());
    onTestFinished(() => database.stop());
    await ensureDatabase(database.url('postgres'), 'orders');
    for (const leak of [false, true]) {
      const sample = await runSample({ ...options, leak, databaseUrl: database.url('orders') });
      const transport = new StreamableHTTPClientTransport(new URL(sample.url));
      const client = new Client({ name: 'test', version: '0' });
      await client.connect(transport as unknown as Parameters<Client['connect']>[0]);
      await transport.terminateSession();
      expect(await (await page(sample.url, '/metrics')).text()).toMatch(
        leak ? /^mcp_active_connections 1$/m : /^mcp_active_connections 0$/m,
      );
      await client.close();
      await sample.close();
    }
  });
});

describe('a hardened sample', () => {
  it('fails fast with a database that is gone, and serves again when it is back', async () => {
    const port = await freePort();
    let database = await startEmbeddedDatabase(port);
    onTestFinished(() => database.stop());
    await ensureDatabase(database.url('postgres'), 'orders');
    const sample = await runSample({ ...options, hardened: true, databaseUrl: database.url('orders') });
    onTestFinished(() => sample.close());
    const client = await connect(sample.url);
    onTestFinished(() => client.close());
    const get = () => client.callTool({ name: 'get_order', arguments: { id: 1001 } });
    expect((await get()).isError).not.toBe(true);
    await database.stop();
    for (let i = 0; i < 30; i++) expect((await get()).isError).toBe(true);
    expect(JSON.stringify(await get())).toContain('circuit breaker');
    database = await startEmbeddedDatabase(port);
    await ensureDatabase(database.url('postgres'), 'orders');
    const { seedDatabase } = await import('../../src/sample/seed.js');
    await seedDatabase(database.url('orders'));
    await vi.waitFor(async () => expect((await get()).isError).not.toBe(true), { timeout: 10_000, interval: 200 });
  }, 40_000);
});

describe('what cannot start', () => {
  it('names the port that is taken: exit 8', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as { port: number };
    await expect(runSample({ ...options, postgresPort: port })).rejects.toMatchObject({
      exitCode: 8,
      message: expect.stringContaining(String(port)),
    });
  });

  it('needs a database: exit 2; one that cannot be reached: exit 6', async () => {
    await expect(runSample(options)).rejects.toMatchObject({ exitCode: 2 });
    const port = await freePort();
    await expect(runSample({ ...options, databaseUrl: `postgres://postgres@127.0.0.1:${port}/orders` })).rejects.toMatchObject({
      exitCode: 6,
    });
    await expect(runSample({ ...options, databaseUrl: 'no url' })).rejects.toMatchObject({ exitCode: 2 });
  });
});
