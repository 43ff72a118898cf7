import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { call } from './api-client.js';
import { ask, type Rig, readAll, startRig, until } from './peers.js';

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

describe('latency', () => {
  it('delays an answer by latency, no less, and not much more', async () => {
    await begin();
    const client = await rig.open();
    await ask(client, 'warm');
    await rig.addToxic({ type: 'latency', attributes: { latency: 100 } });
    const times: number[] = [];
    for (let i = 0; i < 9; i++) times.push(await timed(client));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(100);
    expect(median(times)).toBeLessThan(200);
    await rig.removeToxic('latency_downstream');
    const free: number[] = [];
    for (let i = 0; i < 5; i++) free.push(await timed(client));
    expect(Math.min(...free)).toBeLessThan(90);
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
    expect(performance.now() - startMs).toBeLessThan(1500);
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
    expect(tookMs).toBeLessThan(1500);
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
    expect(tookMs).toBeLessThan(2000);
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
    await begin((socket) => socket.end(Buffer.alloc(120_000)));
    await rig.addToxic({ type: 'slicer', attributes: { average_size: 1 } });
    const clients = await Promise.all(Array.from({ length: 5 }, () => rig.open()));
    const all = Promise.all(clients.map(readAll));
    for (let i = 0; i < 5; i++) expect((await call(rig.api, 'GET', '/proxies')).tookMs).toBeLessThan(1000);
    expect((await all).map((data) => data.length)).toEqual([120_000, 120_000, 120_000, 120_000, 120_000]);
  });

  it('slow_close delays the close alone', async () => {
    await begin((socket) => socket.end('fast'));
    await rig.addToxic({ type: 'slow_close', attributes: { delay: 500 } });
    const client = await rig.open();
    const startMs = performance.now();
    await once(client, 'data');
    const dataMs = performance.now() - startMs;
    await once(client, 'end');
    expect(dataMs).toBeLessThan(450);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(500);
  });
});
