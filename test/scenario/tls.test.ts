import { readFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TlsMaterial } from '../../src/scenario/target.js';
import { readPage } from '../../src/signals/page.js';
import { cannedServer } from '../fixtures/canned-server.js';
import { drive, driverFor } from '../fixtures/drive-call.js';
import { listen } from '../fixtures/listen.js';

const pem = (name: string): string => readFileSync(join(import.meta.dirname, '..', 'fixtures', 'tls', name), 'utf8');
const GOOD = { key: pem('server.key'), cert: pem('server.pem') };
const OURS: TlsMaterial = { ca: pem('authority.pem'), insecure: false };

async function serve(tls: NonNullable<Parameters<typeof cannedServer>[0]>['tls'] = GOOD) {
  const server = await cannedServer({ tls });
  onTestFinished(() => server.close());
  return server;
}

async function open(url: string, tls?: TlsMaterial) {
  const driver = driverFor(url, tls === undefined ? {} : { tls });
  onTestFinished(() => driver.close());
  await driver.open(1);
  return driver;
}

describe('https targets', () => {
  it('are trusted by the authority that the scenario gives, and connections are kept', async () => {
    const server = await serve();
    const driver = await open(server.url, OURS);
    for (let i = 0; i < 5; i++) expect((await drive(driver)).outcome).toBe('ok');
    expect(driver.counters().connectionsReused).toBe(4);
    const page = await readPage(server.url.replace('/mcp', '/live'), { timeoutMs: 2000, maxBytes: 1000, tls: OURS });
    expect(page.status).toBe(405);
  });

  it.each([
    ['that nobody known has signed', GOOD, undefined, 'is not trusted', 'target.tls.ca'],
    ['that has expired', { key: pem('server.key'), cert: pem('expired.pem') }, OURS, 'has expired', 'insecure'],
    ['for another name', GOOD, { ...OURS, serverName: 'orders.example' }, 'is for another name', 'target.tls.serverName'],
  ])('with a certificate %s are refused with the sentence that helps', async (_, keys, tls, message, hint) => {
    const server = await serve(keys);
    await expect(open(server.url, tls)).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining(message),
      details: { hint: expect.stringContaining(hint) },
    });
    await expect(
      readPage(server.url, { timeoutMs: 2000, maxBytes: 1000, ...(tls === undefined ? {} : { tls }) }),
    ).rejects.toThrow();
  });

  it.each([
    ['http to a port that speaks TLS', 'http:', 'https:', GOOD],
    ['https to a port that speaks none', 'https:', 'http:', undefined],
  ])('%s: the hint is the address with the other scheme', async (_, asked, spoken, tls) => {
    const server = await cannedServer(tls === undefined ? {} : { tls });
    onTestFinished(() => server.close());
    const url = server.url.replace(/^https?:/, asked);
    const error = (await open(url, OURS).catch((thrown: unknown) => thrown)) as { exitCode: number; details: { hint: string } };
    expect(error.exitCode).toBe(6);
    expect(error.details.hint).toContain(`put ${url.replace(asked, spoken)} into target.url`);
  });

  it('take HTTP/1.1 where they know HTTP/2 too, and are refused by name where they know that alone', async () => {
    const versions: string[] = [];
    const both = createSecureServer({ ...GOOD, allowHTTP1: true }, (request, response) => {
      versions.push(request.httpVersion);
      response.writeHead(500).end();
    });
    const only = createSecureServer({ ...GOOD, allowHTTP1: false });
    for (const [server, message] of [
      [both, 'HTTP 500'],
      [only, 'speaks no HTTP/1.1'],
    ] as const) {
      const listening = await listen(server);
      onTestFinished(() => listening.close());
      await expect(open(`https://127.0.0.1:${listening.port}/mcp`, OURS)).rejects.toMatchObject({
        exitCode: 6,
        message: expect.stringContaining(message),
      });
    }
    expect(versions).toEqual(['1.1']);
  });

  it('are loaded whatever their certificate says when the scenario is insecure', async () => {
    const server = await serve({ key: pem('server.key'), cert: pem('expired.pem') });
    const driver = await open(server.url, { insecure: true });
    expect((await drive(driver)).outcome).toBe('ok');
  });

  it('may want our certificate', async () => {
    const server = await serve({ ...GOOD, ca: pem('authority.pem'), requestCert: true, rejectUnauthorized: true });
    const client = { ...OURS, cert: pem('client.pem') };
    expect((await drive(await open(server.url, { ...client, key: pem('client.key') }))).outcome).toBe('ok');
    expect(
      (await drive(await open(server.url, { ...client, key: pem('client-locked.key'), passphrase: 'opensesame' }))).outcome,
    ).toBe('ok');
    await expect(open(server.url, OURS)).rejects.toMatchObject({
      exitCode: 6,
      // Under TLS 1.3 the refusal comes after the handshake, and may be cut off by the end of the connection.
      message: expect.stringMatching(/refused our side of TLS|closed the connection without an answer/),
      details: { hint: expect.stringContaining('client certificate') },
    });
  });

  it('whose certificate runs out under load fail as connect-failed, in the words of the certificate', async () => {
    const server = await serve();
    const driver = await open(server.url, OURS);
    expect((await drive(driver)).outcome).toBe('ok');
    if ('setSecureContext' in server.server) server.server.setSecureContext({ key: pem('server.key'), cert: pem('expired.pem') });
    for (const socket of server.sockets) socket.destroy();
    await expect.poll(() => server.sockets.size).toBe(0);
    expect(await drive(driver)).toMatchObject({ outcome: 'connect-failed', answered: false, text: 'certificate has expired' });
  });
});
