import { describe, expect, it } from 'vitest';
import type { Token } from '../../src/auth/token.js';
import { TokenKeeper } from '../../src/auth/token-keeper.js';

interface Timer {
  readonly atMs: number;
  readonly act: () => void;
}

/** A keeper on a clock of its own, with a source that is a list of answers. */
function keeperOf(answers: (Token | Error)[], refreshMs?: number) {
  let nowMs = 0;
  const timers = new Set<Timer>();
  const tokens: (readonly [number, string | undefined])[] = [];
  const events: string[] = [];
  let asked = 0;
  const keeper = new TokenKeeper({
    source: () => {
      asked += 1;
      const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    ...(refreshMs === undefined ? {} : { refreshMs }),
    clock: {
      now: () => nowMs,
      setTimer: (act, delayMs) => {
        const timer = { atMs: nowMs + delayMs, act };
        timers.add(timer);
        return timer as unknown as { unref?(): unknown };
      },
      clearTimer: (timer) => void timers.delete(timer as unknown as Timer),
    },
    onToken: (token) => tokens.push([nowMs, token]),
    onEvent: (level, text) => events.push(`${nowMs} ${level} ${text}`),
  });
  /** Lets time pass, with everything that falls due in it. */
  const pass = async (toMs: number): Promise<void> => {
    for (;;) {
      const next = [...timers].sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > toMs) break;
      timers.delete(next);
      nowMs = next.atMs;
      next.act();
      for (let i = 0; i < 5; i++) await Promise.resolve();
    }
    nowMs = toMs;
  };
  return { keeper, tokens, events, pass, timers, asked: () => asked };
}

describe('a kept token', () => {
  it('is fetched once when it never ends', async () => {
    const { keeper, pass, asked, tokens } = keeperOf([{ value: 'a' }]);
    expect(await keeper.open()).toBe('a');
    await pass(1e9);
    expect(asked()).toBe(1);
    expect(tokens).toEqual([]);
  });

  it('is renewed at 80 % of its life, again and again', async () => {
    const { keeper, pass, tokens } = keeperOf([
      { value: 'a', lifetimeS: 100 },
      { value: 'b', lifetimeS: 10 },
      { value: 'c', lifetimeS: 1000 },
    ]);
    await keeper.open();
    await pass(100_000);
    expect(tokens).toEqual([
      [80_000, 'b'],
      [88_000, 'c'],
    ]);
  });

  it('is renewed as often as the scenario says', async () => {
    const { keeper, pass, tokens } = keeperOf([{ value: 'a', lifetimeS: 1000 }], 5000);
    await keeper.open();
    await pass(16_000);
    expect(tokens.map(([atMs]) => atMs)).toEqual([5000, 10_000, 15_000]);
  });

  it('counts for what is left of it when renewing fails, is gone when it ends, and comes back', async () => {
    const { keeper, pass, tokens, events } = keeperOf([
      { value: 'a', lifetimeS: 10 },
      ...Array.from({ length: 3 }, () => new Error('down')),
      { value: 'b' },
    ]);
    await keeper.open();
    await pass(30_000);
    // Asked at 8 s, then after 1, 2 and 5 s more.
    expect(tokens).toEqual([
      [10_000, undefined],
      [16_000, 'b'],
    ]);
    expect(events.filter((text) => text.includes('warning'))).toEqual([
      '8000 warning the token could not be renewed: down',
      '9000 warning the token could not be renewed: down',
      '10000 warning the token has run out and no other could be had: calls end as token-unavailable',
      '11000 warning the token could not be renewed: down',
    ]);
  });

  it('that has run out when it comes is none', async () => {
    await expect(keeperOf([{ value: 'a', lifetimeS: -5 }]).keeper.open()).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining('already run out'),
    });
  });

  it('leaves no timer when it is closed', async () => {
    const { keeper, timers, pass, asked } = keeperOf([{ value: 'a', lifetimeS: 10 }]);
    await keeper.open();
    keeper.close();
    expect(timers.size).toBe(0);
    await pass(60_000);
    expect(asked()).toBe(1);
  });
});
