import { beforeAll, expect, it } from 'vitest';
import type { Scenario } from '../../src/scenario/scenario.js';
import { build, echoServer } from '../faults/proxied-peer.js';
import { freePort } from '../fixtures/ports.js';
import { opened, scenarioOn, script } from './server-under-test.js';

beforeAll(build);

/** A server that is never ready, with a dependency of this address. */
async function waitingOn(upstream: string): Promise<Scenario> {
  const port = await freePort();
  const code = `require('http').createServer((q, r) => { r.statusCode = 503; r.end(); }).listen(${port}, '127.0.0.1')`;
  return scenarioOn(port, {
    server: { ...script(code), readyTimeoutMs: 1500 },
    dependencies: { db: { listen: `127.0.0.1:${await freePort()}`, upstream, tools: [] } },
    faults: [{ dependency: 'db', inject: 'black-hole', with: {}, atMs: 0, forMs: 500 }],
  } as never);
}

it('a server that never comes up behind a dependency that is down: exit 7, and that is said first', async () => {
  await expect(opened(await waitingOn('127.0.0.1:1'))).rejects.toMatchObject({
    exitCode: 7,
    message: expect.stringMatching(
      /^the dependency db cannot be reached at 127\.0\.0\.1:1: ECONNREFUSED; and .*not ready within 1\.5 s/,
    ),
    details: { hint: expect.stringContaining('dependencies.db.upstream') },
  });
});

it('and with one that is up: exit 6, for the server itself', async () => {
  await expect(opened(await waitingOn(await echoServer()))).rejects.toMatchObject({
    exitCode: 6,
    message: expect.not.stringContaining('dependency db'),
  });
});
