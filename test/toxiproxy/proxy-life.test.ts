import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { call, callJson } from './api-client.js';
import { ask, endingOf, type Rig, readAll, startPeer, startRig, until } from './peers.js';

let rig: Rig;

afterEach(() => rig.close());

const begin = async (serve?: (socket: Socket) => void, seed?: number): Promise<Rig> => {
  rig = await startRig(serve, seed);
  return rig;
};

describe('a proxy that is disabled, moved or deleted', () => {
  it('refuses when disabled, cuts what stands, and takes the same port again', async () => {
    await begin();
    const client = await rig.open();
    await ask(client, 'hello');
    const ending = endingOf(client);
    await callJson(rig.api, 'PATCH', '/proxies/p', { enabled: false });
    expect(await ending).toBe('end');
    await expect(rig.open()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const again = await callJson<{ listen: string }>(rig.api, 'PATCH', '/proxies/p', { enabled: true });
    expect(again.listen).toBe(`127.0.0.1:${rig.port}`);
    expect(await ask(await rig.open(), 'back')).toBe('back');
  });

  it('leads to the new upstream after a PATCH, under the same port', async () => {
    await begin();
    const other = await startPeer((socket) => {
      socket.end('other');
    });
    const changed = await callJson<{ listen: string }>(rig.api, 'PATCH', '/proxies/p', { upstream: other.address });
    expect(changed.listen).toBe(`127.0.0.1:${rig.port}`);
    expect((await readAll(await rig.open())).toString()).toBe('other');
    other.close();
  });

  it('closes the client when the upstream refuses, counts it, and stays', async () => {
    await begin();
    rig.peer.close();
    const client = await rig.open();
    expect(await endingOf(client)).toBe('end');
    await until(async () => (await rig.counters()).connections.open === 0);
    expect((await rig.counters()).connections).toMatchObject({ accepted: 1, upstreamFailed: 1 });
    expect((await call(rig.api, 'GET', '/proxies/p')).status).toBe(200);
  });
});

describe('live counters', () => {
  it('show a connection and its bytes while it is open', async () => {
    await begin();
    const client = await rig.open();
    await ask(client, 'x'.repeat(123));
    expect(await rig.counters()).toMatchObject({
      connections: { accepted: 1, open: 1, upstreamFailed: 0, reset: 0 },
      bytes: { upstream: { received: 123, sent: 123 }, downstream: { received: 123, sent: 123 } },
    });
  });
});
