import { describe, expect, it } from 'vitest';
import { machineWords } from '../../src/report/machine-words.js';
import type { MeasuredResult } from '../../src/result/result.js';
import type { Check } from '../../src/result/verdict.js';

type Disturbed = MeasuredResult['validity']['disturbed'];

const words = (seconds: number, of: number, shiftsUs: readonly number[] = [], view: Disturbed['view'] = 'run-delay') =>
  machineWords(
    {
      validity: { valid: true, reasons: [], disturbed: { seconds, of, causes: [], view }, generator: { droppedByGenerator: 0 } },
    },
    {
      checks: shiftsUs.map(
        (shiftUs): Check => ({
          name: 'p95',
          source: 'slo',
          scope: 'normal load',
          metric: 'p95',
          shiftUs,
          outcome: 'pass',
          certain: true,
          evidence: 'met',
        }),
      ),
    },
  );

describe('how much the machine disturbed a run, in words', () => {
  it('is quiet where no figure could have changed by a millisecond, and nearly no second was disturbed', () => {
    expect(words(0, 30).text).toBe('quiet');
    expect(words(1, 30, [999]).state).toBe('quiet');
  });

  it('is noisy with the seconds and the most that could be taken off a figure', () => {
    expect(words(12, 30, [200, 45_000, 3000])).toEqual({ state: 'noisy', text: 'noisy in 12 of 30 s, up to 45.0 ms' });
    expect(words(12, 30).text).toBe('noisy in 12 of 30 s');
    expect(words(1, 30, [1000]).state).toBe('noisy');
  });

  it('is unknown where nothing was measured', () => {
    expect(words(0, 0)).toEqual({ state: 'unknown', text: 'not measured' });
  });

  it.each<[Disturbed['view'], RegExp]>([
    ['elsewhere', /another machine/],
    ['pressure', /CPU pressure/],
    ['none', /missed latency limit is in doubt/],
    ['unknown', /holds no delays/],
  ])('says what could not be seen: %s', (view, sentence) => {
    expect(words(0, 30, [], view).unseen).toMatch(sentence);
    expect(words(0, 30).unseen).toBeUndefined();
  });
});
