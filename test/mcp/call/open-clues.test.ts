import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { openClues, proxyVariableFor } from '../../../src/mcp/call/open-clues.js';
import { WireFailure } from '../../../src/mcp/call/wire-failure.js';
import { driverFor } from '../../fixtures/drive-call.js';
import { listen } from '../../fixtures/listen.js';

const closing: { close(): Promise<void> }[] = [];
const keep = <T extends { close(): Promise<void> }>(thing: T): T => {
  closing.push(thing);
  return thing;
};
afterEach(async () => {
  for (const thing of closing.splice(0)) await thing.close();
});

const hasV6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

const openFailure = async (url: string): Promise<{ message: string; details: { hint: string } }> =>
  (await driverFor(url, {}, { handshakeTimeoutMs: 2000 })
    .open(1)
    .catch((thrown: unknown) => thrown)) as never;

const onV6 = (server: Server): Promise<number> =>
  new Promise((resolve) => server.listen(0, '::1', () => resolve((server.address() as { port: number }).port)));

describe('clues beside a failure', () => {
  it.skipIf(!hasV6)('refused on 127.0.0.1 while ::1 listens', async () => {
    const server = createHttpServer();
    const port = await onV6(server);
    keep({ close: () => new Promise<void>((resolve) => server.close(() => resolve())) });
    const { message, details } = await openFailure(`http://127.0.0.1:${port}/mcp`);
    expect(message).toMatch(/refuses connections/);
    expect(details.hint).toContain(
      `something listens on [::1]:${port}, and not on 127.0.0.1: put http://[::1]:${port}/mcp into target.url`,
    );
  });

  it('refused on both: the server is not there', async () => {
    const gone = await listen(createServer());
    await gone.close();
    const { details } = await openFailure(`http://127.0.0.1:${gone.port}/mcp`);
    expect(details.hint).toMatch(/^start the server, or correct host and port in target\.url$/);
  });

  it('plain HTTP to a port that speaks no TLS either has no such clue', async () => {
    const server = keep(await listen(createServer((socket) => socket.on('error', () => {}).on('data', () => socket.destroy()))));
    expect(await openClues(`http://127.0.0.1:${server.port}/mcp`, new WireFailure('reset', 'x'))).toEqual({});
  });

  it('nothing is looked for after an answer', async () => {
    expect(await openClues('http://127.0.0.1:1/mcp', new WireFailure('status', 'HTTP 404', { status: 404 }))).toEqual({});
    expect(await openClues('http://127.0.0.1:1/mcp', new Error('other'))).toEqual({});
  });

  it('a proxy that is set and not used is named where the host cannot be reached', async () => {
    const clues = await openClues('http://api.example.org/mcp', new WireFailure('connect', 'x', { code: 'ENOTFOUND' }), {
      HTTP_PROXY: 'http://proxy:3128',
    });
    expect(clues).toEqual({ proxyVariable: 'HTTP_PROXY' });
  });
});

it.each<[string, Record<string, string>, string | undefined]>([
  ['http://a.example.org/', { HTTP_PROXY: 'http://p' }, 'HTTP_PROXY'],
  ['http://a.example.org/', { http_proxy: 'http://p', HTTP_PROXY: 'http://q' }, 'http_proxy'],
  ['https://a.example.org/', { HTTP_PROXY: 'http://p' }, undefined],
  ['https://a.example.org/', { HTTPS_PROXY: 'http://p' }, 'HTTPS_PROXY'],
  ['https://a.example.org/', { ALL_PROXY: 'socks5://p' }, 'ALL_PROXY'],
  ['https://a.example.org/', { HTTPS_PROXY: '' }, undefined],
  ['https://a.example.org/', { HTTPS_PROXY: 'http://p', NO_PROXY: 'localhost,.example.org' }, undefined],
  ['https://a.example.org/', { HTTPS_PROXY: 'http://p', no_proxy: '*' }, undefined],
  ['https://a.example.org/', { HTTPS_PROXY: 'http://p', NO_PROXY: 'ample.org' }, 'HTTPS_PROXY'],
  ['https://a.example.org:8443/', { HTTPS_PROXY: 'http://p', NO_PROXY: 'a.example.org:8443' }, undefined],
  ['http://127.0.0.1:3001/', { HTTP_PROXY: 'http://p' }, undefined],
  ['http://[::1]:3001/', { HTTP_PROXY: 'http://p' }, undefined],
])('which variable would send %s through a proxy with %o', (url, env, name) => {
  expect(proxyVariableFor(new URL(url), env)).toBe(name);
});
