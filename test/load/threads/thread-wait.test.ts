import { describe, expect, it } from 'vitest';
import { openThreadWait } from '../../../src/load/threads/thread-wait.js';

describe('what a thread waited for a core', () => {
  it('only grows, and stays below the time that has passed; other systems than Linux do not tell', () => {
    const startedMs = performance.now();
    const waitedMs = openThreadWait();
    if (process.platform !== 'linux') {
      expect(waitedMs).toBeUndefined();
      return;
    }
    const before = waitedMs?.() ?? Number.NaN;
    const until = performance.now() + 30;
    while (performance.now() < until);
    const waited = (waitedMs?.() ?? Number.NaN) - before;
    expect(waited).toBeGreaterThanOrEqual(0);
    expect(waited).toBeLessThanOrEqual(performance.now() - startedMs);
  });
});
