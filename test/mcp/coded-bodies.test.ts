import { createServer, request as forward } from 'node:http';
import { brotliCompressSync, constants, createGzip, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { clientCredentialsSource } from '../../src/auth/client-credentials.js';
import type { Driver } from '../../src/mcp/driver.js';
import type { DriverOptions } from '../../src/mcp/driver-options.js';
import { decodedBody } from '../../src/scenario/file/content-encoding.js';
import { readPage } from '../../src/signals/page.js';
import { cannedServer } from '../fixtures/canned-server.js';
import { drive, driverFor } from '../fixtures/drive-call.js';
import { listen } from '../fixtures/listen.js';
import { sdkV1Server } from '../fixtures/sdk-server.js';
import { misbehavingSseServer } from '../hostile/misbehaving-sse-server.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A proxy before a server that sends every body on in gzip, piece by piece; `coding` is what it says of them. */
async function inGzip(url: string, coding = 'gzip'): Promise<string> {
  const server = await listen(
    createServer((request, response) => {
      const { pathname, search } = new URL(request.url ?? '/', url);
      const out = forward(`${new URL(url).origin}${pathname}${search}`, { method: request.method, headers: request.headers });
      out.on('response', (answer) => {
        const { 'content-length': _, 'transfer-encoding': __, connection: ___, 'keep-alive': ____, ...headers } = answer.headers;
        response.writeHead(answer.statusCode ?? 502, { ...headers, 'content-encoding': coding });
        response.flushHeaders();
        answer.pipe(createGzip({ flush: constants.Z_SYNC_FLUSH })).pipe(response);
      });
      out.on('error', () => response.destroy());
      response.on('close', () => out.destroy());
      request.pipe(out);
    }),
  );
  closing.push(() => server.close());
  return `http://127.0.0.1:${server.port}${new URL(url).pathname}`;
}

async function opened(
  url: string,
  sessions: number,
  transport: 'streamable-http' | 'sse',
  more: Partial<DriverOptions> = {},
): Promise<Driver> {
  const driver = driverFor(url, { transport }, more);
  closing.push(() => driver.close());
  await driver.open(sessions);
  return driver;
}

describe('a proxy that sends every body in gzip', () => {
  it.each([
    ['json', 'legacy'],
    ['sse', 'legacy'],
    ['json', 'modern'],
    ['sse', 'modern'],
  ] as const)('changes nothing over Streamable HTTP, %s, %s', async (form, era) => {
    const server = await cannedServer({ form, era, stateful: era === 'legacy' });
    closing.push(() => server.close());
    const driver = await opened(await inGzip(server.url), 3, 'streamable-http');
    for (let i = 0; i < 6; i++) {
      const answer = await drive(driver, { wantResult: true });
      expect(answer).toMatchObject({ outcome: 'ok', result: { content: [{ type: 'text', text: '{"message":"hello"}' }] } });
      expect(answer.firstByteMs).toBeLessThanOrEqual(answer.endedMs);
    }
    await driver.close();
    expect(server.sessions.size).toBe(0);
  });

  it('changes nothing on held streams', async () => {
    const server = await sdkV1Server({ stateful: true, json: false });
    closing.push(() => server.close());
    const driver = await opened(await inGzip(server.url), 2, 'streamable-http', { stream: true });
    expect(driver.counters().streams).toMatchObject({ open: 2, lost: 0 });
    expect((await drive(driver)).outcome).toBe('ok');
    expect(driver.counters().streams).toMatchObject({ open: 2, lost: 0 });
  });

  it('changes nothing over HTTP+SSE, refusals included', async () => {
    const server = await misbehavingSseServer();
    closing.push(() => server.close());
    const driver = await opened(await inGzip(server.url), 1, 'sse');
    expect((await drive(driver, { tool: 'fine' })).outcome).toBe('ok');
    expect(await drive(driver, { tool: 'http-500' })).toMatchObject({ outcome: 'server-error', text: 'what the server says' });
    expect((await drive(driver, { tool: 'fine' })).outcome).toBe('ok');
  });
});

describe('a body that is not what its header says', () => {
  it.each(['streamable-http', 'sse'] as const)(
    'is told before the load, with the word and without its bytes, %s',
    async (transport) => {
      const server = transport === 'sse' ? await misbehavingSseServer() : await cannedServer();
      closing.push(() => server.close());
      for (const [coding, words] of [
        ['br', 'the body is not in br, as its content-encoding says'],
        ['zstd', 'content encoding zstd, which is not read here (gzip, deflate and br are)'],
      ] as const) {
        const url = await inGzip(server.url, coding);
        const error = await opened(url, 1, transport).catch((reason: unknown) => reason);
        expect(String(error)).toContain(words);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        expect(String(error)).not.toMatch(/[\x00-\x08\x0b-\x1f\ufffd]/);
      }
    },
  );
});

describe('pages and tokens', () => {
  const served = async (coding: string, body: Buffer): Promise<{ url: string; asked: (string | undefined)[] }> => {
    const asked: (string | undefined)[] = [];
    const server = await listen(
      createServer((request, response) => {
        asked.push(String(request.headers['accept-encoding']));
        request
          .resume()
          .on('end', () => response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': coding }).end(body));
      }),
    );
    closing.push(() => server.close());
    return { url: `http://127.0.0.1:${server.port}/`, asked };
  };
  const limits = { timeoutMs: 5000, maxBytes: 1000 };

  it('are asked for plain and read in what they come in', async () => {
    const token = Buffer.from('{"access_token":"tok","token_type":"Bearer"}');
    const { url, asked } = await served('gzip', gzipSync(token));
    expect(await readPage(url, limits)).toEqual({ status: 200, text: String(token) });
    const credentials = { tokenUrl: url, clientId: 'me', clientSecret: 's', authentication: 'basic' } as const;
    expect(await clientCredentialsSource(credentials, 5000, undefined)()).toEqual({ value: 'tok' });
    expect(asked).toEqual(['identity', 'identity']);
  });

  it('have their limit after decoding too, and a sentence for what is wrong with them', async () => {
    const read = async (coding: string, body: Buffer): Promise<string> =>
      String(await readPage((await served(coding, body)).url, limits).catch((error: unknown) => error));
    expect(await read('gzip', gzipSync(Buffer.alloc(100_000)))).toBe('Error: more than 1000 bytes once decoded');
    expect(await read('gzip', Buffer.from('plain'))).toContain('the body is not in gzip, as its content-encoding says');
    expect(await read('compress', Buffer.from('plain'))).toContain('content encoding compress, which is not read here');
  });
});

it('reads a whole body by its header, whatever the case and the name', async () => {
  const body = Buffer.from('text');
  for (const [header, coded] of [
    ['', body],
    ['Identity', body],
    ['GZIP', gzipSync(body)],
    ['x-gzip', gzipSync(body)],
    ['gzip, identity', gzipSync(body)],
    ['br', brotliCompressSync(body)],
    ['gzip', Buffer.alloc(0)],
  ] as const)
    expect(String(await decodedBody(coded, header, 100))).toBe(coded.length === 0 ? '' : 'text');
});
