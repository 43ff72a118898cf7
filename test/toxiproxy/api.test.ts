import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveToxiproxy, type ToxiproxyServer } from '../../src/toxiproxy/serve-toxiproxy.js';
import { type Answer, call, callJson } from './api-client.js';

let server: ToxiproxyServer;
/** Holds a port, so that it is taken. */
let occupant: Server;
let takenPort: number;

beforeAll(async () => {
  server = await serveToxiproxy({ host: '127.0.0.1', port: 0, seed: 1 });
  occupant = createServer().listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  takenPort = (occupant.address() as AddressInfo).port;
});

afterAll(async () => {
  await server.close();
  occupant.close();
});

const ask = (method: string, path: string, body?: unknown, headers = {}): Promise<Answer> =>
  call(
    server.url,
    method,
    path,
    body === undefined || typeof body === 'string' ? ((body ?? null) as string | null) : JSON.stringify(body),
    headers,
  );

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';
const UPSTREAM = '127.0.0.1:9';

const make = (name: string, more: object = {}): Promise<{ listen: string }> =>
  callJson(server.url, 'POST', '/proxies', { name, listen: '127.0.0.1:0', upstream: UPSTREAM, ...more });

/** Status, type and text of a refusal, in the shape Toxiproxy gives it. */
const expectRefusal = (answer: Answer, status: number, error: string | RegExp): void => {
  expect(answer.status).toBe(status);
  expect(answer.contentType).toBe(TEXT_TYPE);
  expect(answer.body.endsWith('\n')).toBe(true);
  const body = JSON.parse(answer.body) as { error: string; status: number };
  expect(body.status).toBe(status);
  if (typeof error === 'string') expect(body.error).toBe(error);
  else expect(body.error).toMatch(error);
};

describe('the server', () => {
  it('tells a version that clients accept, byte for byte as Toxiproxy writes it', async () => {
    const answer = await ask('GET', '/version');
    expect(answer).toMatchObject({ status: 200, contentType: 'application/json;charset=utf-8', body: '{"version": "2.12.0"}\n' });
    expect(answer.headers['x-toxiproxy-request-id']).toMatch(/^[0-9a-f]{20}$/);
  });

  it('turns browsers away', async () => {
    const answer = await ask('GET', '/version', undefined, { 'user-agent': 'Mozilla/5.0 (X11)' });
    expect(answer).toMatchObject({ status: 403, contentType: TEXT_TYPE, body: 'User agent not allowed\n' });
  });

  it.each([
    '/',
    '/nothing',
    '/metrics',
    '/proxies/',
    '/proxies/a/b',
    '/proxies/a%2Fb',
    '/proxies/a/toxics/b/c',
    '/version/x',
    '/constructor',
  ])('has no page %s', async (path) => {
    expect(await ask('GET', path)).toMatchObject({ status: 404, contentType: TEXT_TYPE, body: '404 page not found\n' });
  });

  it.each([
    ['PUT', '/proxies/x'],
    ['OPTIONS', '/proxies'],
    ['GET', '/reset'],
    ['GET', '/populate'],
    ['DELETE', '/proxies'],
    ['POST', '/version'],
    ['PUT', '/proxies/x/toxics/y'],
  ])('does not take %s %s', async (method, path) => {
    expect(await ask(method, path)).toMatchObject({ status: 405, contentType: null, body: '' });
  });
});

describe('proxies', () => {
  it('are made with the port that was chosen, shown, listed and deleted', async () => {
    const made = await ask('POST', '/proxies', { name: 'crud', listen: '127.0.0.1:0', upstream: UPSTREAM });
    expect(made).toMatchObject({ status: 201, contentType: JSON_TYPE });
    const proxy = JSON.parse(made.body) as { listen: string };
    expect(proxy).toEqual({
      name: 'crud',
      listen: expect.stringMatching(/^127\.0\.0\.1:[1-9]\d*$/),
      upstream: UPSTREAM,
      enabled: true,
      Logger: {},
      toxics: [],
    });
    expect(JSON.parse((await ask('GET', '/proxies/crud')).body)).toEqual(proxy);
    expect(JSON.parse((await ask('GET', '/proxies')).body)).toEqual({ crud: proxy });
    expectRefusal(await ask('POST', '/proxies', { name: 'crud', upstream: UPSTREAM }), 409, 'proxy already exists');
    expect(await ask('DELETE', '/proxies/crud')).toMatchObject({ status: 204, contentType: null, body: '' });
    expectRefusal(await ask('DELETE', '/proxies/crud'), 404, 'proxy not found');
    expectRefusal(await ask('GET', '/proxies/crud'), 404, 'proxy not found');
    expectRefusal(await ask('PATCH', '/proxies/crud', {}), 404, 'proxy not found');
    expectRefusal(await ask('GET', '/proxies/crud/toxics'), 404, 'proxy not found');
  });

  it.each([
    ['no body', '', 400, 'bad request body: EOF'],
    ['no JSON', 'nope', 400, /^bad request body: /],
    ['an array', [], 400, 'bad request body: expected an object, found array'],
    ['a name that is a number', { name: 5, upstream: UPSTREAM }, 400, /name must be a string, found number/],
    ['enabled as text', { name: 'x', upstream: UPSTREAM, enabled: 'yes' }, 400, /enabled must be a boolean, found string/],
    ['no name', { upstream: UPSTREAM }, 400, 'missing required field: name'],
    ['null as name', { name: null, upstream: UPSTREAM }, 400, 'missing required field: name'],
    ['no upstream', { name: 'x' }, 400, 'missing required field: upstream'],
    [
      'a port too high',
      { name: 'x', upstream: UPSTREAM, listen: '127.0.0.1:70000' },
      500,
      'listen tcp: address 70000: invalid port',
    ],
    [
      'no port',
      { name: 'x', upstream: UPSTREAM, listen: '127.0.0.1' },
      500,
      'listen tcp: address 127.0.0.1: missing port in address',
    ],
    [
      'a bare IPv6',
      { name: 'x', upstream: UPSTREAM, listen: '::1:80' },
      500,
      'listen tcp: address ::1:80: too many colons in address',
    ],
    [
      'a foreign address',
      { name: 'x', upstream: UPSTREAM, listen: '192.0.2.1:0' },
      500,
      /bind: cannot assign requested address$/,
    ],
  ])('are refused for %s', async (_, body, status, error) => {
    expectRefusal(await ask('POST', '/proxies', body), status, error);
    expect((await ask('GET', '/proxies/x')).status).toBe(404);
  });

  it('are refused for a port that is taken, in the words that clients match', async () => {
    const listen = `127.0.0.1:${takenPort}`;
    const error = `listen tcp ${listen}: bind: address already in use`;
    expectRefusal(await ask('POST', '/proxies', { name: 'x', listen, upstream: UPSTREAM }), 500, error);
    await make('moves');
    expectRefusal(await ask('PATCH', '/proxies/moves', { listen }), 500, error);
    await ask('DELETE', '/proxies/moves');
  });

  it('listen on every interface when nothing else is asked for', async () => {
    expect((await make('everywhere', { listen: undefined })).listen).toMatch(/^\[::\]:[1-9]\d*$/);
    expect((await make('v6', { listen: '[::1]:0' })).listen).toMatch(/^\[::1\]:[1-9]\d*$/);
    expect((await make('by-name', { listen: 'localhost:0' })).listen).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
    for (const name of ['everywhere', 'v6', 'by-name']) await ask('DELETE', `/proxies/${name}`);
  });

  it('made disabled keep port 0 until they are enabled', async () => {
    expect((await make('off', { enabled: false })).listen).toBe('127.0.0.1:0');
    const on = JSON.parse((await ask('POST', '/proxies/off', { enabled: true })).body) as { listen: string; enabled: boolean };
    expect(on.enabled).toBe(true);
    expect(on.listen).not.toBe('127.0.0.1:0');
    const offAgain = JSON.parse((await ask('PATCH', '/proxies/off', { enabled: false })).body) as { listen: string };
    expect(offAgain).toMatchObject({ listen: on.listen, enabled: false });
    expectRefusal(await ask('PATCH', '/proxies/off', 'x'), 400, /^bad request body: /);
    await ask('DELETE', '/proxies/off');
  });

  it('keep their toxics through a move', async () => {
    const { listen } = await make('moved');
    await ask('POST', '/proxies/moved/toxics', { type: 'noop' });
    const moved = JSON.parse((await ask('PATCH', '/proxies/moved', { upstream: '127.0.0.1:10' })).body) as object;
    expect(moved).toMatchObject({ listen, upstream: '127.0.0.1:10', enabled: true, toxics: [{ name: 'noop_downstream' }] });
    await ask('DELETE', '/proxies/moved');
  });

  it('may carry any name; one with a slash cannot be reached again', async () => {
    await make('a/b c');
    await make('__proto__');
    await make('ü x');
    expect(Object.keys(JSON.parse((await ask('GET', '/proxies')).body) as object)).toEqual(['__proto__', 'a/b c', 'ü x']);
    expect((await ask('GET', '/proxies/a%2Fb%20c')).status).toBe(404);
    expect((await ask('GET', '/proxies/%C3%BC%20x')).status).toBe(200);
    expect((await ask('GET', '/proxies/%zz')).status).toBe(400);
    expect((await ask('DELETE', '/proxies/__proto__')).status).toBe(204);
  });
});

describe('toxics', () => {
  const url = '/proxies/t/toxics';

  beforeAll(async () => {
    await make('t');
  });

  it('take defaults and answer 200', async () => {
    const answer = await ask('POST', url, { type: 'latency', attributes: { latency: 100 } });
    expect(answer).toMatchObject({ status: 200, contentType: JSON_TYPE });
    expect(JSON.parse(answer.body)).toEqual({
      attributes: { latency: 100, jitter: 0 },
      name: 'latency_downstream',
      type: 'latency',
      stream: 'downstream',
      toxicity: 1,
    });
    expectRefusal(await ask('POST', url, { type: 'latency' }), 409, 'toxic already exists');
    expectRefusal(
      await ask('POST', url, { type: 'noop', name: 'latency_downstream', stream: 'upstream' }),
      409,
      'toxic already exists',
    );
  });

  it.each([
    ['bandwidth', { rate: 0 }],
    ['slow_close', { delay: 0 }],
    ['timeout', { timeout: 0 }],
    ['reset_peer', { timeout: 0 }],
    ['limit_data', { bytes: 0 }],
    ['noop', {}],
  ])('of type %s have attributes that default to 0', async (type, attributes) => {
    const made = JSON.parse((await ask('POST', url, { type, stream: 'upstream' })).body) as object;
    expect(made).toEqual({ attributes, name: `${type}_upstream`, type, stream: 'upstream', toxicity: 1 });
    expect((await ask('DELETE', `${url}/${type}_upstream`)).status).toBe(204);
  });

  it('are listed upstream first, each in order of adding', async () => {
    await ask('POST', url, { type: 'noop', name: 'n1', stream: 'upstream' });
    await ask('POST', url, { type: 'noop', name: 'n2' });
    await ask('POST', url, { type: 'noop', name: 'n3', stream: 'UPSTREAM' });
    const list = JSON.parse((await ask('GET', url)).body) as { name: string; stream: string }[];
    expect(list.map(({ name }) => name)).toEqual(['n1', 'n3', 'latency_downstream', 'n2']);
    expect(list[1]?.stream).toBe('UPSTREAM');
    const shown = JSON.parse((await ask('GET', '/proxies/t')).body) as { toxics: object[] };
    expect(shown.toxics).toEqual(list);
    for (const name of ['n1', 'n2', 'n3']) await ask('DELETE', `${url}/${name}`);
  });

  it('have keys in any case', async () => {
    const made = JSON.parse(
      (await ask('POST', url, { TYPE: 'latency', Name: 'caps', Attributes: { LATENCY: 3 } })).body,
    ) as object;
    expect(made).toMatchObject({ name: 'caps', attributes: { latency: 3, jitter: 0 } });
    await ask('DELETE', `${url}/caps`);
  });

  it('are changed in attributes and toxicity alone, merged with what stands', async () => {
    const body = { toxicity: 0.1, attributes: { jitter: 5 }, stream: 'upstream', type: 'timeout', name: 'zz' };
    const changed = await ask('PATCH', `${url}/latency_downstream`, body);
    expect(JSON.parse(changed.body)).toEqual({
      attributes: { latency: 100, jitter: 5 },
      name: 'latency_downstream',
      type: 'latency',
      stream: 'downstream',
      toxicity: 0.1,
    });
    const again = JSON.parse((await ask('POST', `${url}/latency_downstream`, { attributes: { latency: 7 } })).body) as object;
    expect(again).toMatchObject({ attributes: { latency: 7, jitter: 5 }, toxicity: 0.1 });
    expect(JSON.parse((await ask('GET', `${url}/latency_downstream`)).body)).toEqual(again);
  });

  it.each([
    ['an unknown type', { type: 'bogus' }, 'invalid toxic type'],
    ['no type', {}, 'invalid toxic type'],
    ['"down", which some clients list', { type: 'down' }, 'invalid toxic type'],
    ['an unknown stream', { type: 'latency', stream: 'sideways' }, 'stream was invalid, can be either upstream or downstream'],
    ['no body', '', 'bad request body: EOF'],
    [
      'a fraction',
      { type: 'latency', name: 'f', attributes: { latency: 100.5 } },
      /attributes\.latency .* whole number, found 100\.5/,
    ],
    [
      'text for a number',
      { type: 'latency', name: 's', attributes: { latency: '100' } },
      /attributes\.latency .* whole number, found "100"/,
    ],
    ['a number beyond all bounds', { type: 'latency', name: 's', attributes: { latency: 1e300 } }, /attributes\.latency/],
    ['attributes that are a list', { type: 'latency', name: 's', attributes: [1] }, /attributes must be an object/],
    ['toxicity as text', { type: 'latency', name: 's', toxicity: '1' }, /toxicity must be a number/],
    // From here on Toxiproxy accepts it and does something else than was meant, or dies of it.
    [
      'an unknown attribute',
      { type: 'latency', name: 'u', attributes: { latncy: 100 } },
      /"latncy" .* accepted: latency, jitter \(did you mean "latency"\?\)/,
    ],
    ['an attribute of a noop', { type: 'noop', name: 'u', attributes: { rate: 1 } }, /"rate": a noop toxic takes no attributes/],
    [
      'a negative delay',
      { type: 'latency', name: 'n', attributes: { latency: -5 } },
      /"latency" of a latency toxic must be >= 0, found -5/,
    ],
    ['a negative rate', { type: 'bandwidth', attributes: { rate: -1 } }, /"rate" .* >= 0, found -1/],
    ['toxicity above 1', { type: 'noop', name: 'n', toxicity: 7.5 }, /"toxicity" must be from 0 to 1, found 7\.5/],
    ['toxicity below 0', { type: 'noop', name: 'n', toxicity: -0.1 }, /"toxicity" must be from 0 to 1/],
    ['a slicer without a size', { type: 'slicer' }, /"average_size" of a slicer toxic must be >= 1, found 0/],
    [
      'a slicer that varies by its size',
      { type: 'slicer', attributes: { average_size: 10, size_variation: 10 } },
      /"size_variation" .* less than average_size \(10\), found 10/,
    ],
  ])('are refused for %s', async (_, body, error) => {
    const before = (await ask('GET', url)).body;
    expectRefusal(await ask('POST', url, body), 400, error);
    expect((await ask('GET', url)).body).toBe(before);
  });

  it.each([
    ['no JSON', 'x', /^bad request body: /],
    ['an unknown attribute', { attributes: { delay: 1 } }, /"delay"/],
    ['a negative one', { attributes: { jitter: -1 } }, /"jitter"/],
    ['toxicity above 1', { toxicity: 2 }, /"toxicity"/],
  ])('stay as they are after an update with %s', async (_, body, error) => {
    const before = (await ask('GET', `${url}/latency_downstream`)).body;
    expectRefusal(await ask('PATCH', `${url}/latency_downstream`, body), 400, error);
    expect((await ask('GET', `${url}/latency_downstream`)).body).toBe(before);
  });

  it('that are not there are not found', async () => {
    for (const method of ['GET', 'DELETE']) expectRefusal(await ask(method, `${url}/none`), 404, 'toxic not found');
    expectRefusal(await ask('PATCH', `${url}/none`, {}), 404, 'toxic not found');
  });
});

describe('populate and reset', () => {
  interface Populated {
    readonly error?: string;
    readonly status?: number;
    readonly proxies: readonly { name: string; listen: string; enabled: boolean; toxics: unknown[] }[] | null;
  }

  const populate = async (body: unknown): Promise<{ status: number; contentType: string | null; body: Populated }> => {
    const answer = await ask('POST', '/populate', body);
    return { status: answer.status, contentType: answer.contentType, body: JSON.parse(answer.body) as Populated };
  };

  it('leaves a proxy that already matches as it is: its port, toxics and being disabled', async () => {
    const first = await populate([{ name: 'p1', listen: '127.0.0.1:0', upstream: UPSTREAM }]);
    expect(first).toMatchObject({ status: 201, contentType: JSON_TYPE });
    const listen = first.body.proxies?.[0]?.listen;
    await ask('POST', '/proxies/p1/toxics', { type: 'noop' });
    await ask('PATCH', '/proxies/p1', { enabled: false });
    const again = await populate([{ name: 'p1', listen, upstream: UPSTREAM }]);
    expect(again.body.proxies?.[0]).toMatchObject({ listen, enabled: false, toxics: [{ name: 'noop_downstream' }] });
  });

  it('replaces one that asks for any port, or for another upstream', async () => {
    const { listen } = JSON.parse((await ask('GET', '/proxies/p1')).body) as { listen: string };
    const anyPort = await populate([{ name: 'p1', listen: '127.0.0.1:0', upstream: UPSTREAM }]);
    expect(anyPort.body.proxies?.[0]).toMatchObject({ enabled: true, toxics: [] });
    const fresh = anyPort.body.proxies?.[0]?.listen;
    expect(fresh).not.toBe(listen);
    const moved = await populate([{ name: 'p1', listen: fresh, upstream: '127.0.0.1:10' }]);
    expect(moved.body.proxies?.[0]).toMatchObject({ listen: fresh, upstream: '127.0.0.1:10' });
  });

  it('goes as far as it can and says what was made', async () => {
    const list = ['m1', 'm2', 'm3'].map((name) => ({
      name,
      listen: `127.0.0.1:${name === 'm2' ? takenPort : 0}`,
      upstream: UPSTREAM,
    }));
    const answer = await populate(list);
    expect(answer).toMatchObject({ status: 500, contentType: JSON_TYPE });
    expect(answer.body.error).toBe(`listen tcp 127.0.0.1:${takenPort}: bind: address already in use`);
    expect(answer.body.proxies?.map(({ name }) => name)).toEqual(['m1']);
    expect((await ask('GET', '/proxies/m1')).status).toBe(200);
    expect((await ask('GET', '/proxies/m3')).status).toBe(404);
  });

  it('makes nothing when one is incomplete', async () => {
    const answer = await populate([{ name: 'whole', upstream: UPSTREAM }, { name: 'half' }]);
    expect(answer).toMatchObject({ status: 400, contentType: JSON_TYPE });
    expect(answer.body).toEqual({ error: 'missing required field: upstream at proxy 2', status: 400, proxies: null });
    expect((await ask('GET', '/proxies/whole')).status).toBe(404);
  });

  it('answers null for an empty list, 400 for what is none', async () => {
    expect(await populate([])).toMatchObject({ status: 201, body: { proxies: null } });
    expect(await populate({})).toMatchObject({
      status: 400,
      body: { proxies: null, error: 'bad request body: expected an array of proxies' },
    });
  });

  it('reset enables every proxy and drops every toxic', async () => {
    await ask('PATCH', '/proxies/p1', { enabled: false });
    await ask('POST', '/proxies/m1/toxics', { type: 'timeout' });
    await ask('POST', '/proxies/m1/toxics', { type: 'noop', stream: 'upstream' });
    expect(await ask('POST', '/reset')).toMatchObject({ status: 204, contentType: null, body: '' });
    const all = Object.values(
      JSON.parse((await ask('GET', '/proxies')).body) as Record<string, { enabled: boolean; toxics: unknown[] }>,
    );
    expect(all.length).toBeGreaterThan(2);
    expect(all.every(({ enabled, toxics }) => enabled && toxics.length === 0)).toBe(true);
  });

  it('reset drops toxics even where a port is gone, and then says which', async () => {
    const { listen } = await make('gone');
    await ask('POST', '/proxies/gone/toxics', { type: 'noop' });
    await ask('POST', '/proxies/m1/toxics', { type: 'noop' });
    await ask('PATCH', '/proxies/gone', { enabled: false });
    const thief = createServer().listen(Number(listen.split(':')[1]), '127.0.0.1');
    await once(thief, 'listening');
    expectRefusal(await ask('POST', '/reset'), 500, `listen tcp ${listen}: bind: address already in use`);
    expect(JSON.parse((await ask('GET', '/proxies/gone/toxics')).body)).toEqual([]);
    expect(JSON.parse((await ask('GET', '/proxies/m1/toxics')).body)).toEqual([]);
    thief.close();
  });
});

describe('calls at the same time', () => {
  it('end in one of the states asked for, with the port taken once', async () => {
    await make('busy');
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => ask('PATCH', '/proxies/busy', i % 2 === 0 ? { enabled: false } : { enabled: true })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const twins = await Promise.all(
      Array.from({ length: 5 }, () => ask('POST', '/proxies', { name: 'twin', upstream: UPSTREAM })),
    );
    expect(twins.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  });
});
