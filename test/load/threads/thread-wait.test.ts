import { describe, expect, it } from 'vitest';
import { openThreadWait } from '../../../src/load/threads/thread-wait.js';

describe('what a thread waited for a core', () => {
  it.runIf(process.platform === 'linux')('only grows, and stays below the time that has passed', () => {
    const startedMs = performance.now();
    const waitedMs = openThreadWait();
    const before = waitedMs?.() ?? Number.NaN;
    const until = performance.now() + 30;
    while (performance.now() < until);
    const waited = (waitedMs?.() ?? Number.NaN) - before;
    expect(waited).toBeGreaterThanOrEqual(0);
    expect(waited).toBeLessThanOrEqual(performance.now() - startedMs);
  });

  it.runIf(process.platform !== 'linux')('is not told elsewhere', () => {
    expect(openThreadWait()).toBeUndefined();
  });
});
