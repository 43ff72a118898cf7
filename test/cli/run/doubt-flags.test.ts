import { describe, expect, it } from 'vitest';
import { onDoubtOf, retriesOf, waitQuietOf } from '../../../src/cli/run/doubt-flags.js';

describe('flags about runs in doubt', () => {
  it('have defaults: no retry, a doubt fails, ten seconds of waiting', () => {
    expect([retriesOf(undefined), onDoubtOf(undefined), waitQuietOf(undefined)]).toEqual([0, 'fail', 10_000]);
  });

  it('are read', () => {
    expect([retriesOf('0'), retriesOf('10'), onDoubtOf('warn'), onDoubtOf('fail')]).toEqual([0, 10, 'warn', 'fail']);
    expect([waitQuietOf('0'), waitQuietOf('0s'), waitQuietOf('60s'), waitQuietOf('1.5m')]).toEqual([0, 0, 60_000, 90_000]);
  });

  it.each(['', '-1', '11', '1.5', '2x', 'many', '1e1'])('--retries %j is refused with what is accepted', (flag) => {
    expect(() => retriesOf(flag)).toThrow(`--retries ${flag}: accepted: a whole number from 0 to 10`);
  });

  it.each(['ignore', 'WARN', ''])('--on-doubt %j is refused', (flag) => {
    expect(() => onDoubtOf(flag)).toThrow(`--on-doubt ${flag}: accepted: fail or warn`);
  });

  it.each(['10', '-1s', 'quiet', ''])('--wait-quiet %j is refused', (flag) => {
    expect(() => waitQuietOf(flag)).toThrow(`--wait-quiet ${flag}: accepted: a duration such as 60s, or 0 for no wait`);
  });
});
