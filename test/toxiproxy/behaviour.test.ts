import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { call, callJson } from './api-client.js';
import { ask, echo, endingOf, type Rig, readAll, startPeer, startRig, until } from './peers.js';

let rig: Rig;

afterEach(() => rig.close());

const begin = async (serve?: (socket: Socket) => void, seed?: number): Promise<Rig> => {
  rig = await startRig(serve, seed);
  return rig;
};

/** Milliseconds that one question takes. */
const timed = async (socket: Socket, question = 'x'.repeat(200)): Promise<number> => {
  const startMs = performance.now();
  await ask(socket, question);
  return performance.now() - startMs;
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

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
    await rig.addToxic({ type: 'timeout', stream: 'upstream', attributes: { timeout: 150 } });
    const client = await rig.open();
    const startMs = performance.now();
    const ending = endingOf(client);
    const chatter = setInterval(() => client.write('.'), 20);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect((await rig.counters()).connections.open).toBe(1);
    clearInterval(chatter);
    expect(await ending).toBe('end');
    expect(performance.now() - startMs).toBeGreaterThan(500);
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

describe('latency', () => {
  it('delays an answer by latency, no less, and not much more', async () => {
    await begin();
    const client = await rig.open();
    await ask(client, 'warm');
    await rig.addToxic({ type: 'latency', attributes: { latency: 100 } });
    const times: number[] = [];
    for (let i = 0; i < 9; i++) times.push(await timed(client));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(100);
    expect(median(times)).toBeLessThan(130);
    await rig.removeToxic('latency_downstream');
    expect(await timed(client)).toBeLessThan(90);
  });

  it('keeps many chunks under way at once: 20 sent together take one latency, not twenty', async () => {
    await begin();
    await rig.addToxic({ type: 'latency', stream: 'upstream', attributes: { latency: 150 } });
    const client = await rig.open();
    const startMs = performance.now();
    let got = 0;
    client.on('data', (data: Buffer) => {
      got += data.length;
    });
    for (let i = 0; i < 20; i++) {
      client.write('y');
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => got === 20);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(150);
    expect(performance.now() - startMs).toBeLessThan(450);
  });

  it('adds up over both directions', async () => {
    await begin();
    await rig.addToxic({ type: 'latency', stream: 'upstream', attributes: { latency: 60 } });
    await rig.addToxic({ type: 'latency', stream: 'downstream', attributes: { latency: 40 } });
    expect(await timed(await rig.open())).toBeGreaterThanOrEqual(100);
  });

  it('taken off while a client does not read, answers at once and delivers everything (the real server hangs for good)', async () => {
    const SIZE = 20_000_000;
    await begin((socket) => {
      socket.end(Buffer.alloc(SIZE, 7));
    });
    await rig.addToxic({ type: 'latency', attributes: { latency: 50 } });
    const client = await rig.open();
    client.pause();
    let before = -1;
    await until(async () => {
      const now = (await rig.counters()).bytes.downstream.received;
      const still = now > 0 && now === before;
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return still;
    });
    expect(before).toBeLessThan(SIZE);
    for (const [method, path] of [
      ['DELETE', '/proxies/p/toxics/latency_downstream'],
      ['GET', '/proxies'],
      ['POST', '/reset'],
    ] as const) {
      const answer = await call(rig.api, method, path);
      expect(answer.status).toBeLessThan(300);
      expect(answer.tookMs).toBeLessThan(1000);
    }
    expect((await readAll(client)).length).toBe(SIZE);
  });
});

describe('bandwidth', () => {
  it('holds its rate', async () => {
    await begin((socket) => socket.end(Buffer.alloc(300_000)));
    await rig.addToxic({ type: 'bandwidth', attributes: { rate: 500 } });
    const client = await rig.open();
    const startMs = performance.now();
    expect((await readAll(client)).length).toBe(300_000);
    const tookMs = performance.now() - startMs;
    expect(tookMs).toBeGreaterThan(560);
    expect(tookMs).toBeLessThan(900);
  });

  it('holds a high rate too, where a chunk takes less than a timer tick', async () => {
    const SIZE = 20_000_000;
    await begin((socket) => socket.end(Buffer.alloc(SIZE)));
    await rig.addToxic({ type: 'bandwidth', attributes: { rate: 40_000 } });
    const client = await rig.open();
    const startMs = performance.now();
    expect((await readAll(client)).length).toBe(SIZE);
    const tookMs = performance.now() - startMs;
    expect(tookMs).toBeGreaterThan(450);
    expect(tookMs).toBeLessThan(1000);
  });

  it('of 0 stalls with the data kept, and delivers it on removal', async () => {
    await begin();
    await rig.addToxic({ type: 'bandwidth', attributes: { rate: 0 } });
    const client = await rig.open();
    const answer = ask(client, 'kept');
    await until(async () => (await rig.counters()).bytes.downstream.received === 4);
    expect((await rig.counters()).bytes.downstream.sent).toBe(0);
    await rig.removeToxic('bandwidth_downstream');
    expect(await answer).toBe('kept');
  });
});

describe('slicer and slow_close', () => {
  it('cuts a chunk into pieces that arrive one by one', async () => {
    await begin();
    await rig.addToxic({ type: 'slicer', attributes: { average_size: 100, size_variation: 20, delay: 5000 } });
    const client = await rig.open();
    const pieces: number[] = [];
    client.on('data', (data: Buffer) => pieces.push(data.length));
    const startMs = performance.now();
    client.write('z'.repeat(1000));
    await until(() => pieces.reduce((a, b) => a + b, 0) === 1000);
    expect(pieces.length).toBeGreaterThan(5);
    expect(performance.now() - startMs).toBeGreaterThan(30);
  });

  it('does not keep the API waiting while it cuts megabytes into single bytes', async () => {
    await begin((socket) => socket.end(Buffer.alloc(300_000)));
    await rig.addToxic({ type: 'slicer', attributes: { average_size: 1 } });
    const clients = await Promise.all(Array.from({ length: 5 }, () => rig.open()));
    const all = Promise.all(clients.map(readAll));
    for (let i = 0; i < 5; i++) expect((await call(rig.api, 'GET', '/proxies')).tookMs).toBeLessThan(1000);
    expect((await all).map((data) => data.length)).toEqual([300_000, 300_000, 300_000, 300_000, 300_000]);
  });

  it('slow_close delays the close alone', async () => {
    await begin((socket) => socket.end('fast'));
    await rig.addToxic({ type: 'slow_close', attributes: { delay: 200 } });
    const client = await rig.open();
    const startMs = performance.now();
    await once(client, 'data');
    const dataMs = performance.now() - startMs;
    await once(client, 'end');
    expect(dataMs).toBeLessThan(150);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(200);
  });
});

describe('toxicity', () => {
  const affectedOf = async (seed: number): Promise<string> => {
    const one = await startRig(echo, seed);
    await one.addToxic({ type: 'latency', toxicity: 0.5, attributes: { latency: 60_000 } });
    const pattern: boolean[] = [];
    for (let i = 0; i < 12; i++) {
      const before = (await one.counters()).toxics.latency_downstream?.affected ?? 0;
      await one.open();
      await until(() => one.peer.sockets.size === i + 1);
      await until(async () => (await one.counters()).connections.open === i + 1);
      pattern.push(((await one.counters()).toxics.latency_downstream?.affected ?? 0) > before);
    }
    await one.close();
    return pattern.map(Number).join('');
  };

  it('falls on the same connections with the same seed, on others with another', async () => {
    await begin();
    const first = await affectedOf(5);
    expect(await affectedOf(5)).toBe(first);
    expect(await affectedOf(6)).not.toBe(first);
  });

  it('is kept when a neighbour comes and goes, and rolled again by an update', async () => {
    await begin(echo, 3);
    await rig.addToxic({ type: 'latency', toxicity: 0.5, attributes: { latency: 0 } });
    await Promise.all(Array.from({ length: 40 }, () => rig.open()));
    await until(() => rig.peer.sockets.size === 40);
    const affected = async (): Promise<number | undefined> => (await rig.counters()).toxics.latency_downstream?.affected;
    const before = await affected();
    await rig.addToxic({ type: 'noop' });
    await rig.removeToxic('noop_downstream');
    expect(await affected()).toBe(before);
    const rolls = new Set<number | undefined>();
    for (let i = 0; i < 5; i++) {
      await rig.patchToxic('latency_downstream', { toxicity: 0.5 });
      rolls.add(await affected());
    }
    expect(rolls.size).toBeGreaterThan(1);
    await rig.patchToxic('latency_downstream', { toxicity: 0 });
    expect(await affected()).toBe(0);
    await rig.patchToxic('latency_downstream', { toxicity: 1 });
    expect(await affected()).toBe(40);
  });
});

describe('backpressure', () => {
  it.each([
    ['no toxic', undefined],
    ['latency', { type: 'latency', attributes: { latency: 1000 } }],
    ['bandwidth 0', { type: 'bandwidth', attributes: { rate: 0 } }],
    ['a slicer', { type: 'slicer', attributes: { average_size: 3000 } }],
  ])('a client that does not read holds the server back: %s', async (_, toxic) => {
    // Kernel buffers on four socket ends, and 4 MiB at most in the proxy.
    const MOST_UNDER_WAY = 32_000_000;
    const SIZE = 200_000_000;
    await begin((socket) => {
      const block = Buffer.alloc(1_000_000);
      let sent = 0;
      const more = (): void => {
        while (sent < SIZE && !socket.destroyed) {
          sent += block.length;
          if (!socket.write(block)) {
            socket.once('drain', more);
            return;
          }
        }
      };
      more();
    });
    if (toxic !== undefined) await rig.addToxic(toxic);
    const client = await rig.open();
    client.pause();
    let before = -1;
    await until(async () => {
      const now = (await rig.counters()).bytes.downstream.received;
      const still = now > 0 && now === before;
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return still;
    });
    expect(before).toBeLessThan(MOST_UNDER_WAY);
  });
});

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
