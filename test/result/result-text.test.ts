import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import { judge } from '../../src/judge/judge.js';
import { judgedResult } from '../../src/judge/judged-result.js';
import { resultText } from '../../src/result/result-text.js';
import { journalOf, type MadeCall, startEntry, timelineOf } from '../analysis/made-journal.js';

describe('resultText', () => {
  it('is the result as JSON, with bucket counts on one line', () => {
    const calls = Array.from(
      { length: 500 },
      (_, i): MadeCall => ({
        tool: '"counts": [1,\n2]',
        endpoint: 'a',
        segment: 0,
        dueS: i / 100,
        latenessUs: 0,
        serviceUs: 1000 + i * 7,
        outcome: 'ok',
      }),
    );
    const analysis = analyse([
      ...journalOf(startEntry(timelineOf([{ name: 'steady', kind: 'steady', forS: 5 }])), calls),
      { type: 'end', t: 5, reason: 'completed' },
    ]);
    const result = judgedResult(analysis, judge(analysis));
    const text = resultText(result);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(result)));
    expect(text.split('\n').filter((line) => /^\s*-?\d+,?$/.test(line))).toEqual([]);
    expect(text).toMatch(/\n {2}"schema": "plimsoll\.result\/1",\n/);
  });
});
