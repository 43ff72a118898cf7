import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, echo, endingOf, type Rig, readAll, startRig, until } from './peers.js';

let rig: Rig;

afterEach(() => rig.close());

const begin = async (serve?: (socket: Socket) => void, seed?: number): Promise<Rig> => {
  rig = await startRig(serve, seed);
  return rig;
};

describe('half-close', () => {
  it('passes a FIN on and keeps the other direction: a reply to a finished request arrives', async () => {
    await begin((socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('end', () => socket.end(`got ${Buffer.concat(chunks).length}`));
    });
    const client = await rig.open();
    client.end('12345');
    expect((await readAll(client)).toString()).toBe('got 5');
    await until(async () => (await rig.counters()).connections.open === 0);
  });

  it('passes a FIN of the server on while the client goes on sending', async () => {
    const got: Buffer[] = [];
    await begin((socket) => {
      socket.end('bye');
      socket.on('data', (chunk: Buffer) => got.push(chunk));
    });
    const client = await rig.open();
    expect((await readAll(client)).toString()).toBe('bye');
    client.end('still here');
    await until(() => Buffer.concat(got).toString() === 'still here');
  });
});

describe('reset_peer', () => {
  it('resets with a true RST a connection that stood before it, idle as it is, on both sides', async () => {
    await begin();
    const client = await rig.open();
    await ask(client, 'hello');
    const [server] = rig.peer.sockets;
    const endings = Promise.all([endingOf(client), endingOf(server as Socket)]);
    await rig.addToxic({ type: 'reset_peer' });
    expect(await endings).toEqual(['ECONNRESET', 'ECONNRESET']);
    expect((await rig.counters()).connections).toMatchObject({ open: 0, reset: 1 });
  });

  it('resets one that had closed its write side', async () => {
    await begin(() => undefined);
    const client = await rig.open();
    client.end('done');
    await until(async () => (await rig.counters()).bytes.upstream.sent === 4);
    const ending = endingOf(client);
    await rig.addToxic({ type: 'reset_peer' });
    expect(await ending).toBe('ECONNRESET');
    await until(async () => (await rig.counters()).connections.open === 0);
  });

  it('resets a new connection only after its first chunk in that direction', async () => {
    await begin();
    await rig.addToxic({ type: 'reset_peer' });
    const client = await rig.open();
    await until(async () => (await rig.counters()).connections.open === 1 && rig.peer.sockets.size === 1);
    expect(client.destroyed).toBe(false);
    const ending = endingOf(client);
    client.write('anything');
    expect(await ending).toBe('ECONNRESET');
  });

  it('waits for its timeout, and taken off before that it has done no harm', async () => {
    await begin();
    await rig.addToxic({ type: 'reset_peer', attributes: { timeout: 60_000 } });
    const client = await rig.open();
    const answer = ask(client, 'kept');
    await until(async () => (await rig.counters()).bytes.downstream.received === 4);
    expect((await rig.counters()).bytes.downstream.sent).toBe(0);
    await rig.removeToxic('reset_peer_downstream');
    expect(await answer).toBe('kept');
  });

  it('does nothing at toxicity 0: a normal close stays a FIN', async () => {
    await begin();
    await rig.addToxic({ type: 'reset_peer', toxicity: 0 });
    const client = await rig.open();
    await ask(client, 'hello');
    const ending = endingOf(client);
    client.end();
    expect(await ending).toBe('end');
  });
});

describe('timeout', () => {
  it('swallows data, and its removal closes the connections it had, but not those that toxicity spared', async () => {
    await begin(echo, 11);
    await rig.addToxic({ type: 'timeout', toxicity: 0.5, attributes: { timeout: 0 } });
    const clients = await Promise.all(Array.from({ length: 20 }, () => rig.open()));
    await until(async () => rig.peer.sockets.size === 20);
    const { affected } = (await rig.counters()).toxics.timeout_downstream as { affected: number };
    expect(affected).toBeGreaterThan(3);
    expect(affected).toBeLessThan(17);
    const ends = clients.map((client) => {
      client.write('x');
      return endingOf(client);
    });
    await until(async () => (await rig.counters()).bytes.downstream.received === 20);
    expect((await rig.counters()).bytes.downstream.sent).toBe(20 - affected);
    await rig.removeToxic('timeout_downstream');
    await until(async () => (await rig.counters()).connections.open === 20 - affected);
    for (const client of clients) client.end();
    expect(await Promise.all(ends)).toEqual(clients.map(() => 'end'));
  });

  it('closes a connection that was quiet for its timeout, and not one that is chatty', async () => {
    await begin();
    await rig.addToxic({ type: 'timeout', stream: 'upstream', attributes: { timeout: 500 } });
    const client = await rig.open();
    const startMs = performance.now();
    const ending = endingOf(client);
    const chatter = setInterval(() => client.write('.'), 20);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect((await rig.counters()).connections.open).toBe(1);
    clearInterval(chatter);
    expect(await ending).toBe('end');
    expect(performance.now() - startMs).toBeGreaterThan(1400);
  });
});

describe('limit_data', () => {
  it('lets exactly so many bytes through, then FIN, and counts on after an update', async () => {
    await begin();
    await rig.addToxic({ type: 'limit_data', attributes: { bytes: 1000 } });
    const client = await rig.open();
    await ask(client, 'a'.repeat(600));
    await rig.patchToxic('limit_data_downstream', { attributes: { bytes: 700 } });
    client.write('b'.repeat(500));
    expect((await readAll(client)).toString()).toBe('b'.repeat(100));
    await until(async () => (await rig.counters()).connections.open === 0);
  });

  it('closes only after what a later toxic still holds has arrived', async () => {
    await begin();
    await rig.addToxic({ type: 'limit_data', attributes: { bytes: 5 } });
    await rig.addToxic({ type: 'latency', attributes: { latency: 100 } });
    const client = await rig.open();
    client.write('1234567890');
    expect((await readAll(client)).toString()).toBe('12345');
  });
});
