import { describe, expect, it } from 'vitest';
import { closingLines } from './closing-line-reporter.js';

describe('the closing lines of the tests', () => {
  it('count all tests in the last one', () => {
    expect(closingLines({ passed: 3, failed: 1, skipped: 0 }, [])).toEqual({ text: ['3 passed, 1 failed'], tooMany: false });
    expect(closingLines({ passed: 3, failed: 0, skipped: 2 }, []).text.at(-1)).toBe('3 passed, 0 failed, 2 skipped');
  });

  it('tell what was run again, and why', () => {
    const { text, tooMany } = closingLines({ passed: 3, failed: 0, skipped: 0 }, ['the first run: starts were late']);
    expect(text).toEqual([
      '  the first run: starts were late',
      '1 run made again or in doubt, because this machine was busy (at most 5)',
      '3 passed, 0 failed',
    ]);
    expect(tooMany).toBe(false);
  });

  it('hold more than five of them for a failure', () => {
    expect(closingLines({ passed: 3, failed: 0, skipped: 0 }, Array(5).fill('a: b')).tooMany).toBe(false);
    const { text, tooMany } = closingLines({ passed: 3, failed: 0, skipped: 0 }, Array(6).fill('a: b'));
    expect([tooMany, text.at(-1)]).toEqual([true, '3 passed, 1 failed']);
  });
});
