import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VALIDITY_LIMITS } from '../../src/analysis/validity.js';
import { minimumForShare, minimumSamples } from '../../src/statistics/minimum-samples.js';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'how-a-run-is-judged.md'), 'utf8');
const rows = new Map(
  [...page.matchAll(/^\| ([^|]+?) \| ([^|]+?) \|$/gm)].map(([, name, value]) => [name as string, value as string]),
);

describe('docs/how-a-run-is-judged.md', () => {
  it.each([
    ['p50', 0.5],
    ['p90', 0.9],
    ['p95', 0.95],
    ['p99', 0.99],
    ['p99.9', 0.999],
  ])('has the calls that %s needs', (name, quantile) => {
    expect(rows.get(name)).toBe(minimumSamples(quantile).toLocaleString('en-US'));
  });

  it.each([
    ['success 99 %', 0.99],
    ['success 99.9 %', 0.999],
  ])('has the calls that %s needs', (name, target) => {
    expect(rows.get(name)).toBe(minimumForShare(target).toLocaleString('en-US'));
  });

  it.each([
    ['starts late, 99th percentile of actual minus intended start', VALIDITY_LIMITS.latenessShareOfLimit],
    ['CPU of any one load thread, mean', VALIDITY_LIMITS.threadCores],
    ['CPU time stolen by the hypervisor, mean', VALIDITY_LIMITS.steal],
    ['time in which the container was throttled, mean', VALIDITY_LIMITS.throttled],
    ["the machine's cores in use by everything, mean", VALIDITY_LIMITS.busy],
  ])('has what is allowed of: %s', (name, share) => {
    expect(rows.get(name)).toContain(`${Number((share * 100).toFixed(3))} %`);
  });

  it('has the least lateness that is allowed', () => {
    expect(page).toContain(`at least ${VALIDITY_LIMITS.latenessFloorUs / 1000} ms`);
  });
});
