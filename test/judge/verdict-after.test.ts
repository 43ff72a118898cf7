import { describe, expect, it } from 'vitest';
import type { EarlierAttempt } from '../../src/journal/earlier-attempt.js';
import { isRepeated, verdictAfter } from '../../src/judge/verdict-after.js';
import type { Outcome, Verdict } from '../../src/result/verdict.js';

const CODES: Readonly<Record<Outcome, number>> = { pass: 0, fail: 3, inconclusive: 5, invalid: 5 };

const own = (outcome: Outcome, exitCode = CODES[outcome]): Verdict => ({
  outcome,
  exitCode,
  summary: `own ${outcome}`,
  checks: [],
});
const earlier = (...outcomes: readonly EarlierAttempt['outcome'][]): readonly EarlierAttempt[] =>
  outcomes.map((outcome, index) => ({
    runId: `r${index + 1}`,
    folder: `attempt-${index + 1}`,
    outcome,
    summary: `was ${outcome}`,
  }));

/** All attempts of a run with these outcomes of its own, until it ends: what it came to, after how many. */
function course(outcomes: readonly Outcome[], retries: number): string {
  const before: EarlierAttempt[] = [];
  for (const outcome of outcomes) {
    const verdict = verdictAfter(own(outcome), { earlier: before });
    if (!isRepeated(verdict, before.length, retries)) return `${verdict.outcome} ${verdict.exitCode} after ${before.length + 1}`;
    before.push(...earlier(outcome === 'pass' ? 'pass' : 'invalid'));
  }
  throw new Error('it went on after the last outcome');
}

describe('a run that is repeated while in doubt', () => {
  it.each<[readonly Outcome[], number, string]>([
    // Nothing in doubt: nothing is repeated.
    [['pass'], 3, 'pass 0 after 1'],
    [['fail'], 3, 'fail 3 after 1'],
    // More of too few calls is the author's to ask for.
    [['inconclusive'], 3, 'inconclusive 5 after 1'],
    [['invalid'], 0, 'invalid 5 after 1'],
    // After a doubt two have to pass.
    [['invalid', 'pass', 'pass'], 2, 'pass 0 after 3'],
    [['invalid', 'pass'], 1, 'invalid 5 after 2'],
    [['invalid', 'pass', 'invalid'], 2, 'invalid 5 after 3'],
    [['invalid', 'pass', 'invalid', 'pass'], 3, 'pass 0 after 4'],
    [['invalid', 'invalid', 'pass'], 2, 'invalid 5 after 3'],
    // A certain miss ends it, also after a pass.
    [['invalid', 'fail'], 5, 'fail 3 after 2'],
    [['invalid', 'pass', 'fail'], 5, 'fail 3 after 3'],
    [['invalid', 'inconclusive'], 5, 'inconclusive 5 after 2'],
    [['invalid', 'invalid', 'invalid'], 2, 'invalid 5 after 3'],
  ])('%j with %i retries comes to %s', (outcomes, retries, expected) => {
    expect(course(outcomes, retries)).toBe(expected);
  });

  it('is not repeated when it was stopped, or had other trouble', () => {
    expect(isRepeated(own('inconclusive', 130), 0, 3)).toBe(false);
    expect(isRepeated(own('invalid', 130), 0, 3)).toBe(false);
    expect(isRepeated(own('invalid', 8), 0, 3)).toBe(false);
  });

  it('says how many passed, and which attempt was in doubt', () => {
    const alone = verdictAfter(own('pass'), { earlier: earlier('invalid') });
    expect(alone.summary).toBe('1 of 2 attempts passed; after a doubt two have to (attempt 1: was invalid)');
    expect(alone.checks).toEqual([
      expect.objectContaining({ name: 'attempts', outcome: 'invalid', actual: 1, limit: 2, evidence: alone.summary }),
    ]);
    const enough = verdictAfter(own('pass'), { earlier: earlier('invalid', 'pass') });
    expect(enough.summary).toBe('own pass; 2 of 3 attempts passed');
    expect(enough.checks).toEqual([expect.objectContaining({ name: 'attempts', outcome: 'pass', actual: 2 })]);
  });
});

describe('a doubt that is only to be warned of', () => {
  it('ends with 0, and is still a doubt', () => {
    expect(verdictAfter(own('invalid'), { onDoubt: 'warn' })).toMatchObject({ outcome: 'invalid', exitCode: 0 });
    expect(verdictAfter(own('pass'), { onDoubt: 'warn', earlier: earlier('invalid') })).toMatchObject({
      outcome: 'invalid',
      exitCode: 0,
    });
  });

  it('is repeated all the same', () => {
    expect(isRepeated(verdictAfter(own('invalid'), { onDoubt: 'warn' }), 0, 1)).toBe(true);
  });

  it('changes nothing else: too few calls, a miss, a stop', () => {
    for (const verdict of [own('inconclusive'), own('fail'), own('pass'), own('invalid', 130), own('invalid', 7)])
      expect(verdictAfter(verdict, { onDoubt: 'warn' })).toBe(verdict);
  });
});
