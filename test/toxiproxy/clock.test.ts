import { expect, it } from 'vitest';
import { systemClock } from '../../src/toxiproxy/clock.js';

it("never rings before its time, though Node's timers do", async () => {
  const early: number[] = [];
  for (let i = 0; i < 150; i++) {
    const dueMs = systemClock.now() + 1 + (i % 10) / 10;
    await new Promise<void>((resolve) => {
      systemClock.at(dueMs, () => {
        if (systemClock.now() < dueMs) early.push(systemClock.now() - dueMs);
        resolve();
      });
    });
  }
  expect(early).toEqual([]);
});

it('does not ring when cancelled, nor at once for a time far away', async () => {
  const rung: string[] = [];
  const cancels = [
    systemClock.at(systemClock.now() + 5, () => rung.push('cancelled')),
    systemClock.at(systemClock.now() + 1e12, () => rung.push('in thirty years')),
    systemClock.soon(() => rung.push('soon')),
  ];
  cancels[0]?.();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(rung).toEqual(['soon']);
  cancels[1]?.();
});
