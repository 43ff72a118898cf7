import { describe, expect, it } from 'vitest';
import { sameAddress } from '../../src/faults/same-address.js';

describe('sameAddress', () => {
  it.each([
    ['127.0.0.1:5432', 'localhost:5432'],
    ['0.0.0.0:15432', '[::]:15432'],
    ['Postgres:5432', 'postgres:5432'],
  ])('%s is %s', (a, b) => {
    expect(sameAddress(a, b)).toBe(true);
    expect(sameAddress(b, a)).toBe(true);
  });

  it.each([
    ['127.0.0.1:5432', '127.0.0.1:5433'],
    ['127.0.0.1:5432', '0.0.0.0:5432'],
    ['10.0.0.0.0:1', '0.0.0.0:1'],
    ['postgres:5432', 'mypostgres:5432'],
  ])('%s is not %s', (a, b) => {
    expect(sameAddress(a, b)).toBe(false);
  });
});
