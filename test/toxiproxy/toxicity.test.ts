import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { echo, type Rig, startRig, until } from './peers.js';

let rig: Rig;

afterEach(() => rig.close());

const begin = async (serve?: (socket: Socket) => void, seed?: number): Promise<Rig> => {
  rig = await startRig(serve, seed);
  return rig;
};

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
