import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../src/mcp/driver.js';
import { type CannedServer, cannedServer } from '../fixtures/canned-server.js';
import { drive, driverFor } from '../fixtures/drive-call.js';

const open: (Driver | CannedServer)[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const TENANTS = [
  { name: 'acme', headers: { 'X-Tenant': 'acme', authorization: 'Bearer token-of-acme' } },
  { name: 'globex', headers: { 'x-tenant': 'globex' } },
];

async function opened(
  options: Parameters<typeof cannedServer>[0],
  sessions = 4,
): Promise<{ server: CannedServer; driver: Driver }> {
  const server = await cannedServer(options);
  const driver = driverFor(server.url, { headers: { 'x-tenant': 'nobody', 'x-run': 'r1' } }, { tenants: TENANTS });
  open.push(server, driver);
  await driver.open(sessions);
  return { server, driver };
}

const callsOf = (server: CannedServer) => server.seen.filter(({ message }) => message?.method === 'tools/call');

describe('calls of tenants', () => {
  it.each(['legacy', 'modern'] as const)('carry the headers of their tenant in place of the target’s (%s)', async (era) => {
    const { server, driver } = await opened({ era });
    expect((await drive(driver, { tenant: 0 })).outcome).toBe('ok');
    expect((await drive(driver, { tenant: 1 })).outcome).toBe('ok');
    expect((await drive(driver)).outcome).toBe('ok');
    expect(callsOf(server).map(({ headers }) => [headers['x-tenant'], headers.authorization, headers['x-run']])).toEqual([
      ['acme', 'Bearer token-of-acme', 'r1'],
      ['globex', undefined, 'r1'],
      ['acme', 'Bearer token-of-acme', 'r1'],
    ]);
  });

  it('go out on sessions that their own tenant opened, and every session is ended by who opened it', async () => {
    const { server, driver } = await opened({ stateful: true }, 5);
    expect(driver.counters().sessions.opened).toBe(5);
    const opener = new Map<string, string>();
    // The canned server numbers its sessions in the order of the handshakes.
    server.seen
      .filter(({ message }) => message?.method === 'initialize')
      .forEach(({ headers }, i) => void opener.set(`session-${i}`, String(headers['x-tenant'])));
    expect([...opener.values()].sort()).toEqual(['acme', 'acme', 'acme', 'globex', 'globex']);
    for (let i = 0; i < 12; i++) expect((await drive(driver, { tenant: i % 2 })).outcome).toBe('ok');
    for (const { headers } of callsOf(server)) {
      expect(opener.get(String(headers['mcp-session-id']))).toBe(headers['x-tenant']);
    }
    expect(new Set(callsOf(server).map(({ headers }) => headers['mcp-session-id'])).size).toBe(5);
    await driver.close();
    expect(server.sessions.size).toBe(0);
    for (const { method, headers } of server.seen)
      if (method === 'DELETE') expect(opener.get(String(headers['mcp-session-id']))).toBe(headers['x-tenant']);
  });

  it('give each tenant a session even when there are fewer sessions than tenants', async () => {
    const { driver } = await opened({ stateful: true }, 1);
    expect(driver.counters().sessions.opened).toBe(2);
    expect((await drive(driver, { tenant: 1 })).outcome).toBe('ok');
  });

  it('are refused one by one: the quota of one tenant is not that of another, and Retry-After is read', async () => {
    const { driver } = await opened({
      onMessage: (message, response, request) => {
        if (message.method !== 'tools/call' || request.headers['x-tenant'] !== 'globex') return false;
        response.writeHead(429, { 'retry-after': '2' }).end('slow down');
        return true;
      },
    });
    expect(await drive(driver, { tenant: 1 })).toMatchObject({ outcome: 'rate-limited', retryAfterMs: 2000 });
    expect((await drive(driver, { tenant: 0 })).outcome).toBe('ok');
  });

  it('that cannot be opened are named', async () => {
    const server = await cannedServer({
      stateful: true,
      onMessage: (_, response, request) => {
        if (request.headers['x-tenant'] !== 'globex') return false;
        response.writeHead(401).end();
        return true;
      },
    });
    const driver = driverFor(server.url, {}, { tenants: TENANTS });
    open.push(server, driver);
    await expect(driver.open(2)).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining('initialize for the tenant globex with HTTP 401'),
    });
  });
});
