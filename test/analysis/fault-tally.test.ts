import { describe, expect, it } from 'vitest';
import { FaultTally } from '../../src/analysis/fault-tally.js';
import type { FaultEntry } from '../../src/journal/fault-entry.js';
import { startEntry } from './made-journal.js';

const told = (...entries: readonly (readonly [FaultEntry['what'], number])[]) => {
  const tally = new FaultTally(startEntry([]));
  for (const [what, t] of entries) tally.add({ type: 'fault', t, fault: 0, dependency: 'db', recipe: 'refused', what });
  return tally.figures()[0];
};

describe('a fault that is put in force again and again', () => {
  it('is told from its first time to its last', () => {
    expect(told(['on', 10], ['off', 30], ['on', 100], ['off', 120])).toMatchObject({ startS: 10, removedAtS: 120 });
  });

  it('was taken back only where its last time was', () => {
    const figures = told(['on', 10], ['off', 30], ['on', 100]);
    expect(figures).toMatchObject({ startS: 10 });
    expect(figures).not.toHaveProperty('removedAtS');
  });
});
