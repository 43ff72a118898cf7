import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import { judge } from '../../src/judge/judge.js';
import { judgedResult } from '../../src/judge/judged-result.js';
import { resultJsonSchema } from '../../src/result/result.js';
import { resultText } from '../../src/result/result-text.js';
import { OUTCOME_CLASSES } from '../../src/scenario/outcome.js';
import { type MadeRun, madeRun } from '../judge/made-result.js';

const file = join(import.meta.dirname, '..', '..', 'schema', 'result.schema.json');
const validate = new Ajv2020.default({ allErrors: true }).compile(resultJsonSchema());

const resultOf = (run: MadeRun): Record<string, unknown> => {
  const analysis = madeRun(run);
  return JSON.parse(resultText(judgedResult(analysis, judge(analysis))));
};
const full: MadeRun = {
  slo: { success: 0.99, p95Ms: 400, tools: { search: { p99Ms: 10 } }, during: { burst: { maxMs: 1 } } },
  phases: [
    { name: 'warm-up', kind: 'warm-up' },
    { name: 'steady', kind: 'steady' },
  ],
  batches: OUTCOME_CLASSES.map((outcome, i) => ({ calls: 20 + i, outcome, segment: i % 2, responseMs: 5 + i })),
  start: { baseline: { limits: { p95Ms: 1, errorRate: 0.1, throughputPerS: 2, tolerance: 1.5 }, source: 'in place' } },
  extra: [
    { type: 'host', t: 12, generatorCores: 0.2, steal: 0.5, throttledS: 0.1, busy: 0.5 },
    { type: 'health', t: 12, probe: 'ready', ok: false, state: 'unhealthy', detail: 'HTTP 503', latencyUs: 5 },
    { type: 'process', t: 12, pid: 7, cpuCores: 0.5, rssBytes: 1, threads: 2, descriptors: 3 },
    { type: 'metrics', t: 12, values: { mcp_requests_total: 4 } },
    { type: 'note', t: 12, level: 'warning', code: 'destructive-tool', text: 'place is marked destructive' },
    {
      type: 'sample',
      t: 12,
      kind: 'error',
      class: 'rate-limited',
      tool: 'search',
      endpoint: 'a',
      segment: 1,
      responseUs: 9,
      serviceUs: 8,
      status: 429,
      rpcCode: -1,
      retryAfterMs: 1000,
      text: 'slow down',
      traceparent: 't',
      requestId: 'r',
    },
  ] as JournalEntry[],
};

describe('schema/result.schema.json', () => {
  it('is fresh', () => {
    expect(JSON.parse(readFileSync(file, 'utf8')), 'run `npm run schema` and commit what it writes').toEqual(
      JSON.parse(JSON.stringify(resultJsonSchema())),
    );
  });

  it.each<[string, MadeRun]>([
    ['a run with everything', full],
    ['a run without a call', { batches: [] }],
    ['a run that was cut short', { ...full, end: 'cut-short' }],
    ['an invalid run', { batches: [{ calls: 400, responseMs: 100, latenessUs: 90_000 }] }],
  ])('accepts %s', (_, run) => {
    expect(validate(resultOf(run)), JSON.stringify(validate.errors?.slice(0, 5))).toBe(true);
  });

  it('refuses what no result is', () => {
    const result = resultOf(full);
    expect(validate({ ...result, schema: 'plimsoll.result/2' })).toBe(false);
    expect(validate({ ...result, extra: 1 })).toBe(false);
    expect(validate({ ...result, totals: { ...(result.totals as object), offered: -1 } })).toBe(false);
    expect(validate({ ...result, verdict: { ...(result.verdict as object), outcome: 'maybe' } })).toBe(false);
    const { totals: _, ...without } = result;
    expect(validate(without)).toBe(false);
  });
});
