import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveToxiproxy, type ToxiproxyServer } from '../../src/toxiproxy/serve-toxiproxy.js';
import { call } from './api-client.js';

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly requestBody: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly contentType: string | null;
  readonly responseBody: string;
}

/** A recording of a real Toxiproxy 2.12.0, kept outside the repository. */
const shared = process.env.PLIMSOLL_SHARED ?? join(dirname(fileURLToPath(import.meta.url)), '../../../shared');
const file = join(shared, 'knowledge/toxiproxy-2.12.0-api.json');
const exchanges: readonly Exchange[] = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Exchange[]) : [];

/** Where the real server accepts nonsense and this one answers 400 on purpose, and what the text must name. */
const REFUSED_HERE: ReadonlyMap<number, string> = new Map([
  [23, 'latncy'],
  [30, 'toxicity'],
  [36, 'average_size'],
]);
const REFUSED_TOXICS = ['latency_UPSTREAM', 'neg', 'slicer_downstream'];

/** Free text of a parser follows these words. */
const BAD_BODY = 'bad request body: ';

const withoutPorts = (body: string): string => body.replace(/(127\.0\.0\.1|\[::\]|::1):(?!65000)\d{5}/g, '$1:<PORT>');

const parsed = (body: string): unknown => {
  let value: unknown;
  try {
    value = JSON.parse(withoutPorts(body));
  } catch {
    return body;
  }
  const { error } = value as { error?: string };
  return error?.startsWith(BAD_BODY) ? { ...(value as object), error: BAD_BODY } : value;
};

const expected = (exchange: Exchange): { status: number; contentType: string | null; body: unknown } => {
  const { status, contentType, responseBody, method, path } = exchange;
  const body = parsed(responseBody);
  // The toxics refused above cannot be found later on.
  if (method === 'GET' && path.endsWith('/slicer_downstream')) {
    return { status: 404, contentType: 'text/plain; charset=utf-8', body: { error: 'toxic not found', status: 404 } };
  }
  if (method === 'GET' && path.endsWith('/toxics') && Array.isArray(body)) {
    return { status, contentType, body: body.filter(({ name }) => !REFUSED_TOXICS.includes(name)) };
  }
  return { status, contentType, body };
};

describe.skipIf(exchanges.length === 0)('the recorded exchanges of Toxiproxy 2.12.0', () => {
  let server: ToxiproxyServer;
  let occupant: Server | undefined;

  beforeAll(async () => {
    server = await serveToxiproxy({ host: '127.0.0.1', port: 0 });
    const listener = createServer();
    occupant = await new Promise((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(65_000, '127.0.0.1', () => resolve(listener));
    });
  });

  afterAll(async () => {
    await server.close();
    occupant?.close();
  });

  it('has all 66 of them', () => expect(exchanges).toHaveLength(66));

  it.each(exchanges.map((exchange, i) => [i, `${exchange.method} ${exchange.path}`, exchange] as const))(
    '%i %s',
    async (i, _, exchange) => {
      const answer = await call(server.url, exchange.method, exchange.path, exchange.requestBody, exchange.headers);
      const refusal = REFUSED_HERE.get(i);
      if (refusal !== undefined) {
        expect(exchange.status).toBe(200);
        expect(answer.status).toBe(400);
        expect((JSON.parse(answer.body) as { error: string }).error).toContain(refusal);
        return;
      }
      expect({ status: answer.status, contentType: answer.contentType, body: parsed(answer.body) }).toEqual(expected(exchange));
    },
  );
});
