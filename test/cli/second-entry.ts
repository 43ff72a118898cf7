import type { CellSecond, SecondEntry } from '../../src/journal/second-entry.js';

/** A second of one worker with one cell, for tests. */
export function second(t: number, cell: Partial<CellSecond>, worker = 0): SecondEntry {
  return { type: 'second', t, worker, inFlight: 0, generator: {}, cells: [{ cell: 0, ...cell }] };
}
