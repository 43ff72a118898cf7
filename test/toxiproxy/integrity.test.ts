import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Dice, diceFor } from '../../src/toxiproxy/dice.js';
import { call } from './api-client.js';
import { type Rig, readAll, startRig } from './peers.js';

const SIZE = 6 * 1_048_576;
const CALL_LIMIT_MS = 1000;

const sha = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

/** Attributes of toxics that must not lose a byte, drawn so that the transfer goes on at a useful pace. */
const DRAW: Readonly<Record<string, (dice: Dice) => Record<string, number>>> = {
  latency: (dice) => ({ latency: Math.floor(dice() * 120), jitter: Math.floor(dice() * 60) }),
  bandwidth: (dice) => ({ rate: dice() < 0.2 ? 0 : 2000 + Math.floor(dice() * 40_000) }),
  slicer: (dice) => ({
    average_size: 2000 + Math.floor(dice() * 8000),
    size_variation: Math.floor(dice() * 1900),
    delay: dice() < 0.5 ? 0 : 1000,
  }),
  slow_close: (dice) => ({ delay: Math.floor(dice() * 300) }),
  limit_data: () => ({ bytes: 1e12 }),
  reset_peer: () => ({ timeout: 1e9 }),
  noop: () => ({}),
};

const send = (socket: Socket, data: Buffer): void => {
  let at = 0;
  const more = (): void => {
    while (at < data.length) {
      const part = data.subarray(at, at + 50_000);
      at += part.length;
      if (!socket.write(part)) {
        socket.once('drain', more);
        return;
      }
    }
    socket.end();
  };
  more();
};

/** Adds, changes and removes toxics at random until told to stop, then removes the rest. @returns the slowest call in ms, and how many there were. */
const meddle = async (rig: Rig, dice: Dice, running: () => boolean): Promise<{ slowestMs: number; calls: number }> => {
  const standing = new Map<string, string>();
  let slowestMs = 0;
  let calls = 0;
  const manage = async (method: string, path: string, body: object | null): Promise<void> => {
    const answer = await call(rig.api, method, `/proxies/p/toxics${path}`, body === null ? null : JSON.stringify(body));
    expect(answer.status, `${method} ${path} ${answer.body}`).toBeLessThan(300);
    slowestMs = Math.max(slowestMs, answer.tookMs);
    calls += 1;
  };
  const pick = <T>(list: readonly T[]): T => list[Math.floor(dice() * list.length)] as T;
  for (let i = 0; running(); i++) {
    const roll = dice();
    const toxicity = dice() < 0.5 ? 1 : 0.5;
    if (roll < 0.45 && standing.size < 6) {
      const type = pick(Object.keys(DRAW));
      const name = `${type}-${i}`;
      await manage('POST', '', {
        type,
        name,
        stream: pick(['upstream', 'downstream']),
        toxicity,
        attributes: DRAW[type]?.(dice),
      });
      standing.set(name, type);
    } else if (standing.size > 0) {
      const [name, type] = pick([...standing]);
      if (roll < 0.7) await manage('PATCH', `/${name}`, { toxicity, attributes: DRAW[type]?.(dice) });
      else {
        await manage('DELETE', `/${name}`, null);
        standing.delete(name);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, dice() * 8));
    // A stall must not outlast the test's patience: from time to time the path is cleared.
    if (i % 25 === 24) {
      for (const name of standing.keys()) await manage('DELETE', `/${name}`, null);
      standing.clear();
    }
  }
  for (const name of standing.keys()) await manage('DELETE', `/${name}`, null);
  return { slowestMs, calls };
};

describe('toxics added, changed and removed in the middle of a transfer', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'lose, double and reorder nothing: 6 MB echoed on two connections, seed %i',
    { timeout: 60_000 },
    async (seed) => {
      const rig = await startRig(undefined, seed);
      // Slow enough that a hundred changes fall into the transfer.
      await rig.addToxic({ type: 'bandwidth', name: 'pace', stream: 'upstream', attributes: { rate: 5000 } });
      const payloads = [randomBytes(SIZE), randomBytes(SIZE)];
      let done = false;
      const echoes = Promise.all(
        payloads.map(async (payload) => {
          const socket = await rig.open();
          send(socket, payload);
          return readAll(socket);
        }),
      ).finally(() => {
        done = true;
      });
      const { slowestMs, calls } = await meddle(rig, diceFor(seed, 'meddle'), () => !done);
      const back = await echoes;
      expect(back.map(sha)).toEqual(payloads.map(sha));
      expect(calls).toBeGreaterThan(50);
      expect(slowestMs).toBeLessThan(CALL_LIMIT_MS);
      const { bytes } = await rig.counters();
      expect(bytes.upstream).toEqual({ received: 2 * SIZE, sent: 2 * SIZE });
      expect(bytes.downstream).toEqual({ received: 2 * SIZE, sent: 2 * SIZE });
      await rig.close();
    },
  );
});
