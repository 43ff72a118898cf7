import { expect, it } from 'vitest';
import { TenantLimits } from '../../src/sample/tenant-limits.js';

it('lets each tenant have its rate, with one second of it at once, and tells the rest when to come again', () => {
  let nowMs = 0;
  const limits = new TenantLimits(10, () => nowMs);
  for (let i = 0; i < 10; i++) expect(limits.take('a')).toBe(0);
  expect(limits.take('a')).toBeCloseTo(100, 6);
  expect(limits.take('b')).toBe(0);
  nowMs = 100;
  expect(limits.take('a')).toBe(0);
  expect(limits.take('a')).toBeGreaterThan(0);
  let passed = 0;
  for (; nowMs < 10_100; nowMs += 10) if (limits.take('a') === 0) passed += 1;
  expect(Math.abs(passed - 100)).toBeLessThanOrEqual(1);
});
