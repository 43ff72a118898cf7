import { Counter, Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { chooseSeries, MAX_SERIES, parsePrometheusPage } from '../../src/signals/prometheus-page.js';

describe('a Prometheus page', () => {
  it('gives back what a real client library wrote', async () => {
    const registry = new Registry();
    const calls = new Counter({ name: 'mcp_requests_total', help: 'x', labelNames: ['tool'], registers: [registry] });
    const awkward = 'say "hi" } \\ back\nslash';
    calls.inc({ tool: 'echo' }, 3);
    calls.inc({ tool: awkward }, 5);
    new Histogram({ name: 'd', help: 'x', buckets: [1], registers: [registry] }).observe(0.5);
    const samples = parsePrometheusPage(await registry.metrics());
    expect(samples.filter(({ name }) => name === 'mcp_requests_total').map(({ value }) => value)).toEqual([3, 5]);
    expect(samples.find(({ name }) => name === 'd_sum')?.value).toBe(0.5);
    expect(samples.find(({ series }) => series === 'd_bucket{le="+Inf"}')?.value).toBe(1);
  });

  it('passes over what is no sample', () => {
    expect(
      parsePrometheusPage('# HELP x y\n\n<html>\nx{a="b" 1\nx nope\nx NaN\nok 1 1700000000000\n').map(({ series }) => series),
    ).toEqual(['ok']);
  });

  it('keeps mcp_* first, leaves buckets out, and says how many were too many', () => {
    const sample = (series: string) => ({ series, name: series.replace(/\{.*/, ''), value: 1 });
    const many = Array.from({ length: MAX_SERIES + 4 }, (_, i) => sample(`mcp_requests_total{tool="t${i}"}`));
    const { kept, leftOut } = chooseSeries([
      sample('process_open_fds'),
      sample('mcp_d_bucket{le="1"}'),
      sample('go_gc'),
      ...many,
    ]);
    expect(kept).toHaveLength(MAX_SERIES);
    expect(kept.every((series) => series.startsWith('mcp_requests_total'))).toBe(true);
    expect(leftOut).toHaveLength(5);
    expect(leftOut.at(-1)).toBe('process_open_fds');
  });
});
