import { expect } from 'vitest';

/** Every number of `expected` within a relative tolerance in `actual`; everything else the same. `actual` may hold more. */
export function expectCloseTo(actual: unknown, expected: unknown, relative: number, path = ''): void {
  if (typeof expected === 'number') {
    expect(typeof actual, path).toBe('number');
    const off = Math.abs((actual as number) - expected);
    expect(off, `${path}: ${String(actual)} instead of ${expected}`).toBeLessThanOrEqual(relative * Math.abs(expected));
  } else if (Array.isArray(expected)) {
    expect((actual as readonly unknown[]).length, path).toBe(expected.length);
    for (const [i, item] of expected.entries()) expectCloseTo((actual as readonly unknown[])[i], item, relative, `${path}[${i}]`);
  } else if (expected !== null && typeof expected === 'object') {
    for (const [key, item] of Object.entries(expected)) {
      expectCloseTo((actual as Record<string, unknown> | undefined)?.[key], item, relative, `${path}.${key}`);
    }
  } else expect(actual, path).toEqual(expected);
}
