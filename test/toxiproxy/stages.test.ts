import { describe, expect, it } from 'vitest';
import { Chain } from '../../src/toxiproxy/chain.js';
import { diceFor } from '../../src/toxiproxy/dice.js';
import { sliceEnds } from '../../src/toxiproxy/stages/slicer-stage.js';
import type { Toxic, ToxicAttributes, ToxicType } from '../../src/toxiproxy/toxic.js';
import { VirtualClock } from './virtual-clock.js';

interface Bench {
  readonly clock: VirtualClock;
  readonly chain: Chain;
  /** What came out, with the time: `12:abc`, `20:END`, `30:RESET`. */
  readonly out: string[];
  send(text: string): void;
}

const makeBench = (): Bench => {
  const clock = new VirtualClock();
  const out: string[] = [];
  const chain = new Chain(
    {
      clock,
      diceFor: (toxic) => diceFor(1, toxic.name, toxic.generation),
      reset: () => out.push(`${clock.now()}:RESET`),
      closing: () => out.push(`${clock.now()}:CLOSING`),
      flowed: () => undefined,
    },
    {
      push: ({ data }) => out.push(`${clock.now()}:${data.toString()}`),
      finish: () => out.push(`${clock.now()}:END`),
    },
  );
  const send = (text: string): void => chain.push({ data: Buffer.from(text), readAtMs: clock.now() });
  return { clock, chain, out, send };
};

const toxic = (type: ToxicType, attributes: ToxicAttributes, generation = 0): Toxic => ({
  name: type,
  type,
  stream: 'downstream',
  direction: 'downstream',
  toxicity: 1,
  attributes,
  generation,
});

describe('latency on a virtual clock', () => {
  it('sends each chunk `latency` after it was read, and the end behind the last', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('latency', { latency: 100, jitter: 0 }), false);
    send('a');
    clock.advance(30);
    send('b');
    chain.finish();
    clock.advance(200);
    expect(out).toEqual(['100:a', '130:b', '130:END']);
  });

  it('with jitter spreads delays evenly over latency +/- jitter and keeps the order', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('latency', { latency: 100, jitter: 50 }), false);
    // A second apart, so that no chunk waits for the one before it.
    const delays: number[] = [];
    for (let i = 0; i < 4000; i++) {
      send(String(i));
      const sentMs = clock.now();
      clock.advance(1000);
      const [at, index] = (out.at(-1) as string).split(':');
      expect(index).toBe(String(i));
      delays.push(Number(at) - sentMs);
    }
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...delays)).toBeLessThanOrEqual(150);
    const mean = delays.reduce((a, b) => a + b, 0) / delays.length;
    const variance = delays.reduce((a, b) => a + (b - mean) ** 2, 0) / delays.length;
    // Uniform on [50, 150]: mean 100 (standard error 0.46), variance 100^2 / 12.
    expect(mean).toBeGreaterThan(98);
    expect(mean).toBeLessThan(102);
    expect(variance / (100 ** 2 / 12)).toBeGreaterThan(0.93);
    expect(variance / (100 ** 2 / 12)).toBeLessThan(1.07);
  });

  it('lets no chunk overtake another, however the jitter falls', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('latency', { latency: 100, jitter: 100 }), false);
    for (let i = 0; i < 200; i++) {
      send(String(i));
      clock.advance(1);
    }
    clock.advance(1000);
    expect(out.map((line) => Number(line.split(':')[1]))).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it('of two in a row adds up', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add({ ...toxic('latency', { latency: 100 }), name: 'one' }, false);
    chain.add({ ...toxic('latency', { latency: 20 }), name: 'two' }, false);
    send('a');
    clock.advance(500);
    expect(out).toEqual(['120:a']);
  });

  it('changed while it holds chunks counts their new delay from when they were read', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('latency', { latency: 1000 }), false);
    send('a');
    clock.advance(50);
    send('b');
    clock.advance(30);
    chain.update(toxic('latency', { latency: 100 }, 1));
    clock.advance(500);
    expect(out).toEqual(['100:a', '150:b']);
  });

  it('removed while it holds chunks and the end lets them go at once, in order', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('latency', { latency: 1000 }), false);
    send('a');
    send('b');
    chain.finish();
    clock.advance(10);
    chain.remove('latency');
    expect(out).toEqual(['10:a', '10:b', '10:END']);
    clock.advance(5000);
    expect(out).toHaveLength(3);
    expect(clock.alarms).toBe(0);
  });

  it('hands what it held to the toxic behind it, ahead of what comes later', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('latency', { latency: 1000 }), false);
    chain.add(toxic('bandwidth', { rate: 1 }), false);
    send('0123456789');
    clock.advance(10);
    chain.remove('latency');
    send('abcde');
    clock.advance(100);
    expect(out).toEqual(['20:0123456789', '25:abcde']);
  });
});

describe('bandwidth on a virtual clock', () => {
  it('sends a chunk when its transmission would be over, one after the other', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('bandwidth', { rate: 2 }), false);
    send('x'.repeat(100));
    send('y'.repeat(20));
    chain.finish();
    clock.advance(1000);
    expect(out).toEqual([`50:${'x'.repeat(100)}`, `60:${'y'.repeat(20)}`, '60:END']);
  });

  it('sends a long chunk in slices of 100 ms', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('bandwidth', { rate: 1 }), false);
    send('x'.repeat(250));
    clock.advance(1000);
    expect(out.map((line) => `${line.split(':')[0]}/${line.split(':')[1]?.length}`)).toEqual(['100/100', '200/100', '250/50']);
  });

  it('saves up nothing while idle', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('bandwidth', { rate: 1 }), false);
    send('a'.repeat(10));
    clock.advance(10_000);
    send('b'.repeat(10));
    clock.advance(100);
    expect(out.map((line) => line.split(':')[0])).toEqual(['10', '10010']);
  });

  it('makes up for alarms that ring late: the rate holds on average', () => {
    const { clock, chain, out, send } = makeBench();
    clock.lateMs = 3;
    chain.add(toxic('bandwidth', { rate: 10 }), false);
    // Each chunk is 5 ms long, sent when the one before has left: without making up, 500 of them took 4 s.
    let left = 500;
    while (left > 0) {
      const before = out.length;
      send('z'.repeat(50));
      left -= 1;
      while (out.length === before) clock.advance(1);
    }
    expect(clock.now()).toBeGreaterThanOrEqual(2495);
    expect(clock.now()).toBeLessThan(2700);
  });

  it('removed in the middle of a chunk delivers the rest of it', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('bandwidth', { rate: 1 }), false);
    send('x'.repeat(100) + 'y'.repeat(100));
    clock.advance(150);
    chain.remove('bandwidth');
    expect(out).toEqual([`100:${'x'.repeat(100)}`, `150:${'y'.repeat(100)}`]);
  });
});

describe('slicer', () => {
  it('cuts into pieces of at most average + variation that cover everything', () => {
    const dice = diceFor(3, 'slices');
    for (const [length, average, variation] of [
      [65_536, 100, 0],
      [65_536, 100, 99],
      [1000, 1, 0],
      [999, 60, 30],
      [50, 60, 30],
      [1, 1, 0],
    ] as const) {
      const ends = sliceEnds(length, average, variation, dice);
      const sizes = ends.map((end, i) => end - (ends[i - 1] ?? 0));
      expect(ends.at(-1)).toBe(length);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(average + variation);
    }
  });

  it('varies the cuts when asked to, and repeats them for the same dice', () => {
    const cuts = (seed: number, variation: number) => sliceEnds(10_000, 100, variation, diceFor(seed, 'cuts'));
    expect(cuts(1, 50)).toEqual(cuts(1, 50));
    expect(cuts(1, 50)).not.toEqual(cuts(2, 50));
    expect(cuts(1, 0)).toEqual(cuts(2, 0));
  });

  it('leaves `delay` microseconds between pieces, the first going at once', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('slicer', { average_size: 2, size_variation: 0, delay: 10_000 }), false);
    send('abcdefgh');
    chain.finish();
    clock.advance(1000);
    expect(out).toEqual(['0:ab', '10:cd', '20:ef', '30:gh', '30:END']);
  });

  it('rounds a delay below a millisecond up to one', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('slicer', { average_size: 2, size_variation: 0, delay: 10 }), false);
    send('abcdefgh');
    clock.advance(10);
    expect(out).toEqual(['0:ab', '1:cd', '2:ef', '3:gh']);
  });

  it('removed between two pieces delivers the rest in one', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('slicer', { average_size: 2, size_variation: 0, delay: 10_000 }), false);
    send('abcdefgh');
    clock.advance(15);
    chain.remove('slicer');
    send('ij');
    expect(out).toEqual(['0:ab', '10:cd', '15:efgh', '15:ij']);
  });
});

describe('closing toxics on a virtual clock', () => {
  it('slow_close holds back the end alone; taken off, it lets it go', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('slow_close', { delay: 100 }), false);
    send('a');
    chain.finish();
    clock.advance(50);
    expect(out).toEqual(['0:a']);
    chain.update(toxic('slow_close', { delay: 80 }, 1));
    clock.advance(29);
    expect(out).toHaveLength(1);
    clock.advance(1);
    expect(out).toEqual(['0:a', '80:END']);
  });

  it('timeout closes `timeout` after the last chunk and lets nothing through', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('timeout', { timeout: 100 }), false);
    clock.advance(60);
    send('lost');
    clock.advance(99);
    expect(out).toEqual([]);
    clock.advance(1);
    expect(out).toEqual(['160:CLOSING', '160:END']);
  });

  it('timeout 0 waits for ever; its removal closes, since the stream has a hole', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('timeout', { timeout: 0 }), false);
    send('lost');
    clock.advance(1e7);
    expect(out).toEqual([]);
    chain.remove('timeout');
    send('late');
    expect(out.slice(0, 2)).toEqual(['10000000:CLOSING', '10000000:END']);
  });

  it('timeout closes a connection that an update no longer affects, since its stream has a hole', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('timeout', { timeout: 0 }), false);
    send('lost');
    clock.advance(5);
    chain.update(toxic('timeout', { timeout: 1000 }, 1));
    expect(out).toEqual([]);
    chain.update({ ...toxic('timeout', { timeout: 1000 }, 2), toxicity: 0 });
    expect(out).toEqual(['5:CLOSING', '5:END']);
    expect(clock.alarms).toBe(0);
  });

  it('reset_peer resets `timeout` after the first chunk; on a standing connection, after it was added', () => {
    const fresh = makeBench();
    fresh.chain.add(toxic('reset_peer', { timeout: 50 }), false);
    fresh.clock.advance(500);
    fresh.send('x');
    fresh.clock.advance(49);
    expect(fresh.out).toEqual([]);
    fresh.clock.advance(1);
    expect(fresh.out).toEqual(['550:RESET']);

    const standing = makeBench();
    standing.chain.add(toxic('reset_peer', { timeout: 50 }), true);
    standing.clock.advance(100);
    expect(standing.out).toEqual(['50:RESET']);
  });

  it('limit_data stops in the middle of a chunk and drops what toxics before it still hold', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('latency', { latency: 10 }), false);
    chain.add(toxic('limit_data', { bytes: 4 }), false);
    send('abc');
    send('def');
    send('ghi');
    chain.finish();
    clock.advance(100);
    expect(out).toEqual(['10:abc', '10:d', '10:CLOSING', '10:END']);
    expect(clock.alarms).toBe(0);
  });
});

describe('a chain', () => {
  it('is full while a stage holds its share, and counts tiny chunks too', () => {
    const { chain, send } = makeBench();
    chain.add(toxic('bandwidth', { rate: 0 }), false);
    expect(chain.isFull).toBe(false);
    for (let i = 0; i < 300; i++) send('x');
    expect(chain.isFull).toBe(true);
    chain.remove('bandwidth');
    expect(chain.isFull).toBe(false);
  });

  it('disposed rings no more alarms', () => {
    const { clock, chain, out, send } = makeBench();
    chain.add(toxic('latency', { latency: 10 }), false);
    chain.add(toxic('timeout', { timeout: 10 }), false);
    send('x');
    chain.dispose();
    clock.advance(100);
    expect(out).toEqual([]);
    expect(clock.alarms).toBe(0);
  });
});
