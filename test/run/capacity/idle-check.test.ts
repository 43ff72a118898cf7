import { describe, expect, it } from 'vitest';
import { comesBack, type IdleAnswer } from '../../../src/run/capacity/idle-question.js';

/** Each question takes a second; the server answers as the list says, the last for ever. */
function check(answers: readonly IdleAnswer[], longestS = 10, deadlineS = 60) {
  let nowMs = 0;
  let asked = 0;
  const came = comesBack({
    ask: async () => {
      nowMs += 1300;
      return answers[Math.min(asked++, answers.length - 1)] as IdleAnswer;
    },
    limitUs: 80_000,
    longestS,
    leftMs: () => deadlineS * 1000 - nowMs,
    nowMs: () => nowMs,
    stopped: () => false,
  });
  return came.then((back) => ({ back, asked }));
}

const idle: IdleAnswer = { medianUs: 20_000, unanswered: 0 };
const busy: IdleAnswer = { medianUs: 300_000, unanswered: 0 };
const silent: IdleAnswer = { medianUs: null, unanswered: 1 };

describe('whether a server comes back', () => {
  it('is asked until it answers in time', async () => {
    expect(await check([idle])).toEqual({ back: true, asked: 1 });
    expect(await check([silent, busy, idle])).toEqual({ back: true, asked: 3 });
  });

  it('is no, once it had all the time it may have', async () => {
    expect((await check([busy])).back).toBe(false);
    expect((await check([silent])).back).toBe(false);
    expect((await check([busy, busy, busy, busy, busy, busy, idle], 3)).back).toBe(false);
  });

  it('stays open when the budget ends before that', async () => {
    expect(await check([busy], 10, 4)).toMatchObject({ back: undefined });
    expect(await check([busy], 10, 1)).toEqual({ back: undefined, asked: 0 });
  });
});
