import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Rig, startRig, until } from './peers.js';

let rig: Rig;

afterEach(() => rig.close());

const begin = async (serve?: (socket: Socket) => void, seed?: number): Promise<Rig> => {
  rig = await startRig(serve, seed);
  return rig;
};

describe('a stalled connection', () => {
  it('goes on after the stall is taken off, even if only tiny chunks filled it', async () => {
    await begin();
    await rig.addToxic({ type: 'bandwidth', stream: 'upstream', attributes: { rate: 0 } });
    const client = await rig.open();
    const received = async (): Promise<number> => (await rig.counters()).bytes.upstream.received;
    let sent = 0;
    // Byte by byte until the proxy reads no more, so that the chunks it holds are many and small.
    while (sent - (await received()) < 50) {
      for (let i = 0; i < 20; i++) {
        client.write('.');
        sent += 1;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    expect(await received()).toBeLessThan(10_000);
    await rig.removeToxic('bandwidth_upstream');
    let got = 0;
    client.on('data', (data: Buffer) => {
      got += data.length;
    });
    await until(() => got === sent);
  });

  it('whose client is gone does not hold its server back', async () => {
    const SIZE = 30_000_000;
    let delivered = false;
    await begin((socket) => {
      socket.once('data', () =>
        socket.end(Buffer.alloc(SIZE), () => {
          delivered = true;
        }),
      );
    });
    const client = await rig.open();
    client.pause();
    client.write('go');
    await until(async () => (await rig.counters()).bytes.downstream.received > 0);
    await rig.addToxic({ type: 'bandwidth', stream: 'upstream', attributes: { rate: 0 } });
    client.write('held');
    await until(async () => (await rig.counters()).bytes.upstream.received === 6);
    client.resetAndDestroy();
    await until(() => delivered);
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
