import { describe, expect, it, onTestFinished } from 'vitest';
import type { DriverOptions } from '../../src/mcp/driver-options.js';
import { type CannedOptions, cannedServer } from '../fixtures/canned-server.js';
import { drive, driverFor } from '../fixtures/drive-call.js';

async function opened(server: CannedOptions, options: Partial<DriverOptions>) {
  const canned = await cannedServer(server);
  const driver = driverFor(canned.url, {}, options);
  onTestFinished(async () => {
    await driver.close();
    await canned.close();
  });
  await driver.open(3);
  return { canned, driver };
}

describe('the shared token of a driver', () => {
  it.each([
    ['legacy', { era: 'legacy', stateful: true }],
    ['modern', { era: 'modern' }],
  ] as const)('goes out with every request, and another one from the next call on (%s)', async (_, server) => {
    const { canned, driver } = await opened(server, { token: 'first-token' });
    for (const { headers } of canned.seen) expect(headers.authorization).toBe('Bearer first-token');
    for (let i = 0; i < 3; i++) expect((await drive(driver)).outcome).toBe('ok');
    driver.setToken!('second-token');
    canned.seen.length = 0;
    for (let i = 0; i < 4; i++) expect((await drive(driver)).outcome).toBe('ok');
    await driver.close();
    // The end of the sessions too.
    expect(canned.seen.length).toBeGreaterThanOrEqual(4);
    for (const { headers } of canned.seen) expect(headers.authorization).toBe('Bearer second-token');
  });

  it('that is gone ends calls at once, unsent, as token-unavailable, until there is another', async () => {
    const { canned, driver } = await opened({}, { token: 'first-token' });
    driver.setToken!(undefined);
    canned.seen.length = 0;
    expect(await drive(driver)).toMatchObject({ outcome: 'token-unavailable', answered: false, bytesSent: 0 });
    expect(canned.seen).toEqual([]);
    driver.setToken!('second-token');
    expect((await drive(driver)).outcome).toBe('ok');
  });

  it('is not that of a tenant with a token of its own', async () => {
    const tenants = [
      { name: 'own', headers: { Authorization: 'Bearer of-its-own' } },
      { name: 'shares', headers: {} },
    ];
    const { canned, driver } = await opened({}, { token: 'shared-token', tenants });
    driver.setToken!(undefined);
    expect((await drive(driver, { tenant: 0 })).outcome).toBe('ok');
    expect((await drive(driver, { tenant: 1 })).outcome).toBe('token-unavailable');
    driver.setToken!('next-token');
    expect((await drive(driver, { tenant: 1 })).outcome).toBe('ok');
    const calls = canned.seen.filter(({ message }) => message?.method === 'tools/call');
    expect(calls.map(({ headers }) => headers.authorization)).toEqual(['Bearer of-its-own', 'Bearer next-token']);
  });

  it('is hidden in what a server says, also the one that came later', async () => {
    const { driver } = await opened(
      { onCall: (_, response, request) => void response.writeHead(401).end(`bad token: ${request.headers.authorization}`) },
      { token: 'first-token' },
    );
    expect(await drive(driver)).toMatchObject({ outcome: 'unauthenticated', text: 'bad token: Bearer ***' });
    driver.setToken!('second-token');
    expect(await drive(driver)).toMatchObject({ outcome: 'unauthenticated', text: 'bad token: Bearer ***' });
  });
});
