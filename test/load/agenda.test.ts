import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agenda } from '../../src/load/agenda.js';

describe('Agenda', () => {
  it('gives appointments back in order of time, those at the same time in the order in which they were made (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (dues) => {
        const agenda = new Agenda();
        const made = dues.map((dueMs, order) => ({ dueMs, order, holdsDrain: order % 2 === 0, act: () => {} }));
        for (const item of made) agenda.add(item);
        agenda.keepOnlyDrain();
        const left = made.filter(({ holdsDrain }) => holdsDrain);
        const taken: unknown[] = [];
        while (agenda.dueMs !== Number.POSITIVE_INFINITY) taken.push(agenda.take());
        expect(taken).toEqual([...left].sort((a, b) => a.dueMs - b.dueMs || a.order - b.order));
      }),
    );
    expect(() => new Agenda().take()).toThrow(RangeError);
  });
});
