import { Counter, Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { chooseSeries, MAX_SERIES, parsePrometheusPage, passedOverText } from '../../src/signals/prometheus-page.js';

describe('a Prometheus page', () => {
  it('gives back what a real client library wrote', async () => {
    const registry = new Registry();
    const calls = new Counter({ name: 'mcp_requests_total', help: 'x', labelNames: ['tool'], registers: [registry] });
    const awkward = 'say "hi" } \\ back\nslash';
    calls.inc({ tool: 'echo' }, 3);
    calls.inc({ tool: awkward }, 5);
    new Histogram({ name: 'd', help: 'x', buckets: [1], registers: [registry] }).observe(0.5);
    const { samples, passedOver } = parsePrometheusPage(await registry.metrics());
    expect(passedOver).toEqual([]);
    expect(samples.filter(({ name }) => name === 'mcp_requests_total').map(({ value }) => value)).toEqual([3, 5]);
    expect(samples.find(({ name }) => name === 'd_sum')?.value).toBe(0.5);
    expect(samples.find(({ series }) => series === 'd_bucket{le="+Inf"}')?.value).toBe(1);
  });

  it('passes over what is no sample, and names it', () => {
    const page = parsePrometheusPage(
      '# HELP x y\n\n<html>\nx{a="b" 1\nx nope\nx NaN\nx1\nx{a="b" c="d"} 1\nok 1 1700000000000\n',
    );
    expect(page.samples.map(({ series }) => series)).toEqual(['ok']);
    expect(page.passedOver.map(({ line }) => line)).toEqual([3, 4, 5, 7, 8]);
    expect(passedOverText(page)).toBe(
      '5 lines are neither sample nor comment: line 3 "<html>", line 4 "x{a=\\"b\\" 1", line 5 "x nope", and 2 more',
    );
    expect(passedOverText(parsePrometheusPage('ok 1'))).toBeUndefined();
    expect(passedOverText(parsePrometheusPage(`\u001b[2J${'x'.repeat(100)}`))).toBe(
      `1 line is neither sample nor comment: line 1 "\\u001b[2J${'x'.repeat(76)}..."`,
    );
  });

  it('gives back what a real client library wrote as OpenMetrics, with exemplars', async () => {
    const registry = new Registry();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as typeof Registry.PROMETHEUS_CONTENT_TYPE);
    const calls = new Counter({
      name: 'mcp_requests',
      help: 'x',
      labelNames: ['tool', 'trace_id'],
      enableExemplars: true,
      registers: [registry],
    });
    calls.inc({ labels: { tool: 'echo' }, value: 3, exemplarLabels: { trace_id: 'a b' } });
    const times = new Histogram({
      name: 'd',
      help: 'x',
      labelNames: ['trace_id'],
      buckets: [1],
      enableExemplars: true,
      registers: [registry],
    });
    times.observe({ labels: {}, value: 0.5, exemplarLabels: { trace_id: 'c' } });
    const text = await registry.metrics();
    expect(text).toContain(' # {');
    const { samples, passedOver } = parsePrometheusPage(text);
    expect(passedOver).toEqual([]);
    expect(samples.find(({ series }) => series === 'mcp_requests_total{tool="echo"}')?.value).toBe(3);
    expect(samples.find(({ series }) => series === 'd_bucket{le="1"}')?.value).toBe(1);
  });

  it.each([
    ['a time with a fraction', 'a 1 1700000000.123', 'a', 1],
    ['an exemplar', 'a_bucket{le="1"} 4 # {trace_id="x # y"} 0.5', 'a_bucket{le="1"}', 4],
    ['an exemplar with a time, after a time', 'a_total 4 1.5e9 # {} 0.5 1700000000.5', 'a_total', 4],
    ['the time of the start', 'a_total 4 1700000000.5 st@1600000000.25 # {t="1"} 1', 'a_total', 4],
    ['blanks wherever they may stand', '  a\t{ x = "1" , y="2", }\t3  ', 'a{x="1",y="2"}', 3],
    ['no label in braces', 'a{} 3', 'a', 3],
    ['nothing between braces and value', 'a{x="1"}3', 'a{x="1"}', 3],
    ['a quoted name', '{"a.b c",x="1"} 3', '{"a.b c",x="1"}', 3],
    ['a quoted label', 'a{"x.y"="1"} 3', 'a{"x.y"="1"}', 3],
    ['a hash, a brace and a quote in a label', 'a{x="} # \\" {"} 3', 'a{x="} # \\" {"}', 3],
    ['infinity in any case', 'a +inf', 'a', Number.POSITIVE_INFINITY],
    ['infinity in full', 'a -Infinity', 'a', Number.NEGATIVE_INFINITY],
    ['a number as Go writes it', 'a 1.5e+09', 'a', 1.5e9],
    ['a point at an end', 'a 1. 5', 'a', 1],
    ['a byte order mark before it', '\uFEFFa 1', 'a', 1],
  ])('reads %s', (_, line, series, value) => {
    const page = parsePrometheusPage(`${line}\r\n# EOF\r\n`);
    expect(page.passedOver).toEqual([]);
    expect(page.samples).toEqual([{ series, name: series.includes('a.b c') ? 'a.b c' : series.replace(/\{.*/, ''), value }]);
  });

  it.each([
    'a',
    'a 1 2 3 4',
    'a 0x10',
    'a 1_000',
    '{} 1',
    '{x="1"} 1',
    'a{"b"} 1',
    'a{x=1} 2',
    'a 1 # x',
    '1a 1',
    'a {count:1} 2',
  ])('takes %s for no sample', (line) => {
    expect(parsePrometheusPage(line)).toEqual({ samples: [], passedOver: [{ line: 1, text: line }] });
  });

  it('does not take long over a line made to be slow', () => {
    for (const line of [
      `a${' '.repeat(100_000)}x`,
      `a{${'x="1",'.repeat(50_000)}`,
      `a ${'1'.repeat(100_000)}x`,
      `a{${'"'.repeat(99_999)}} 1`,
    ]) {
      const before = performance.now();
      parsePrometheusPage(line);
      expect(performance.now() - before).toBeLessThan(2000);
    }
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
