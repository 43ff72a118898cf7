import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { serveToxiproxy, type ToxiproxyServer } from '../../src/toxiproxy/serve-toxiproxy.js';
import { call } from './api-client.js';

// A name server that never answers for one name.
vi.mock('node:dns/promises', () => ({
  lookup: (host: string) => (host === 'silent.test' ? new Promise(() => undefined) : Promise.reject(new Error('ENOTFOUND'))),
}));

let server: ToxiproxyServer;

beforeAll(async () => {
  server = await serveToxiproxy({ host: '127.0.0.1', port: 0 });
});

afterAll(() => server.close());

it('gives up on a name server that is silent, and keeps nobody else waiting', async () => {
  const create = (name: string, listen: string) =>
    call(server.url, 'POST', '/proxies', JSON.stringify({ name, listen, upstream: '127.0.0.1:9' }));
  const slow = [create('a', 'silent.test:0'), create('b', 'silent.test:0'), create('c', 'silent.test:0')];
  let answered = 0;
  for (const one of slow) void one.then(() => answered++);
  const other = await create('d', '127.0.0.1:0');
  expect(other.status).toBe(201);
  expect(answered).toBe(0);
  for (const answer of await Promise.all(slow)) {
    expect(answer.status).toBe(500);
    expect(answer.body).toContain('listen tcp: lookup silent.test: i/o timeout');
    // 0.7 s, and what a busy machine adds.
    expect(answer.tookMs).toBeLessThan(4000);
  }
  expect((await create('e', 'unknown.test:0')).body).toContain('lookup unknown.test: no such host');
});
