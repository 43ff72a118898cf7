import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderReport } from '../../src/report/html/sections/render-report.js';
import { EMPTY, EVENTS, FAILING, FAULT, HOSTILE, INVALID, LARGE, PASSING, reportInputOf } from './example-runs.js';

const pageOf = (run: Parameters<typeof reportInputOf>[0]) => renderReport(reportInputOf(run));

/** What a reader sees, without the embedded scripts and styles. */
const markupOf = (page: string): string => page.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '');
const textOf = (page: string): string =>
  markupOf(page)
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');

const [passing, failing, invalid, fault, empty, hostile] = (await Promise.all(
  [PASSING, FAILING, INVALID, FAULT, EMPTY, HOSTILE].map(pageOf),
)) as [string, string, string, string, string, string];

describe('report.html', () => {
  it('answers in the order of the questions', () => {
    const headings = [...failing.matchAll(/<h2 id="([a-z]+)-title"/g)].map(([, id]) => id);
    expect(headings).toEqual([
      'verdict',
      'validity',
      'signals',
      'checks',
      'readiness',
      'faults',
      'timeline',
      'distribution',
      'breakdown',
      'errors',
      'saturation',
      'generator',
      'events',
      'environment',
      'reading',
    ]);
  });

  it('says verdict, reason and exit code with its meaning', () => {
    expect(textOf(failing)).toContain('Fail 92.33 % of 2,020 calls succeeded');
    expect(textOf(failing)).toMatch(/Exit code 3 ?: SLO missed/);
    expect(textOf(passing)).toMatch(/Pass .*Exit code 0 ?: every judged limit was met/);
    expect(textOf(invalid)).toMatch(/Invalid Too noisy to judge: .*Exit code 5/);
    expect(textOf(empty)).toMatch(/Inconclusive .*cut short.*Exit code 5/);
  });

  it('writes a quantile among unanswered calls as beyond the timeout of the scenario', () => {
    expect(textOf(failing)).toMatch(/Latency > 3 s p95 response time SLO ≤ 400 ms fail/);
  });

  it('tells what the commands of the scenario did and cost', async () => {
    const text = textOf(await pageOf(EVENTS))
      .replace(/^.*Commands of the scenario in/, '')
      .slice(0, 500);
    const lost = reportInputOf(EVENTS).analysis.result.events?.[0]?.callsFailedAround ?? 0;
    expect(lost).toBeGreaterThan(20);
    expect(text).toMatch(new RegExp(`rolling-update 8 s 3\\.2 s 0 8 s – 17 s \\d+ ${lost} `));
    expect(text).toMatch(/scale-out 20 s 0\.1 s 7 20 s – 26 s \d+ 0 /);
    expect(textOf(passing)).not.toContain('Commands of the scenario');
  });

  it('puts beside a limit the figure of the very calls that the limit covers', () => {
    // 8 s of fault are slow beyond the plain limit, which does not judge them.
    expect(textOf(fault)).toMatch(/Latency 2\d\.\d ms p95 response time SLO ≤ 400 ms pass/);
  });

  it('shades and names phases, faults and recovery', () => {
    const chart = /<figure[^>]*id="chart-latency"[\s\S]*?<\/figure>/.exec(fault)?.[0] ?? '';
    for (const band of ['--band-warm-up', '--band-plain', '--band-alternate', '--band-fault', '--band-recovery'])
      expect(chart).toContain(`fill="var(${band})"`);
    for (const name of ['warm-up', 'steady', 'steady: recovery', 'burst']) expect(chart).toContain(`>${name}<`);
  });

  it('draws limit lines where they hold, with their names', () => {
    const chart = /<figure[^>]*id="chart-latency"[\s\S]*?<\/figure>/.exec(fault)?.[0] ?? '';
    // Before and after the fault the plain limit, in the fault its own.
    expect(chart.match(/>SLO p95 400 ms</g)).toHaveLength(4);
    expect(chart.match(/>SLO p95 1 s</g)).toHaveLength(2);
  });

  it('says plainly that there were no faults, or that planned ones were not injected', () => {
    expect(textOf(passing)).toContain('This run had no faults');
    expect(textOf(fault)).toContain(
      'No fault was injected. The scenario plans one fault, and the run ended before any of them, or recorded none.',
    );
  });

  it('keeps warm-up out of the tables of totals', () => {
    const { analysis } = reportInputOf(PASSING);
    const { totals, phases } = analysis.result;
    expect(phases[0]?.kind).toBe('warm-up');
    expect(phases[0]?.counts.offered).toBeGreaterThan(0);
    expect(totals.offered).toBe(phases.slice(1).reduce((sum, { counts }) => sum + counts.offered, 0));
    expect(textOf(passing)).toContain(`calls due ${totals.offered.toLocaleString('en-US')} calls`);
  });

  it('has no chart of errors when there were none, and says so', () => {
    expect(passing).not.toContain('id="chart-errors"');
    expect(textOf(passing)).toContain('No call failed');
    expect(failing).toContain('id="chart-errors"');
  });

  it('tells of an outage, of errors with samples and of exemplars with their traceparent', () => {
    expect(textOf(failing)).toMatch(
      /ready 33 probes 5 misses .*from 28\.5 s to the end .*database: no answer|from 28\.5 s to the end/,
    );
    expect(textOf(failing)).toContain('remaining connection slots are reserved');
    expect(failing).toMatch(/00-[0-9a-f]{32}-[0-9a-f]{16}-01/);
  });

  it('holds the whole scenario and the labels', () => {
    expect(textOf(passing)).toContain('rate: 150/s');
    expect(textOf(passing)).toMatch(/label branch main/);
  });

  it('reports a run without a single call', () => {
    expect(textOf(empty)).toContain('No load was recorded.');
    expect(textOf(empty)).not.toMatch(/NaN|Infinity|undefined|\[object/);
    for (const page of [passing, failing, invalid, fault, hostile])
      expect(textOf(page)).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });
});

describe('a chart', () => {
  const figures = [...failing.matchAll(/<figure class="chart[\s\S]*?<\/figure>/g)].map(([figure]) => figure);

  it('is a picture with words for those who do not see it, and a bounded table behind it', () => {
    expect(figures.length).toBeGreaterThanOrEqual(12);
    for (const figure of figures) {
      expect(figure).toMatch(/<div class="plot" role="img" aria-label="[^"]{30,}"><svg aria-hidden="true"/);
      expect(figure).toMatch(/<h3>[^<]{3,}<\/h3>/);
      expect(figure).toMatch(/<details class="behind"><summary>[^<]+<\/summary>/);
      const rows = figure.match(/<tr>/g)?.length ?? 0;
      expect(rows).toBeGreaterThan(2);
      expect(rows).toBeLessThanOrEqual(61);
    }
  });

  it('tells series apart by dash as well as by colour', () => {
    for (const figure of figures) {
      const lines = [...figure.matchAll(/<svg class="swatch"[^>]*><line[^>]*stroke="([^"]*)"[^>]*stroke-dasharray="([^"]*)"/g)];
      expect(new Set(lines.map(([, colour]) => colour)).size).toBe(lines.length);
      expect(new Set(lines.map(([, , dash]) => dash)).size).toBe(lines.length);
    }
  });

  it('takes its colours from the page, so that it follows the theme', () => {
    for (const figure of figures) {
      const svg = /<div class="plot"[^>]*>(<svg[\s\S]*?<\/svg>)<\/div>/.exec(figure)?.[1] ?? '';
      const colours = [...svg.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, colour]) => colour);
      expect(colours.filter((colour) => colour !== 'none' && colour !== 'transparent' && !colour?.startsWith('var(--'))).toEqual(
        [],
      );
    }
  });
});

describe('safety of the page', () => {
  it.each([
    ['failing', failing],
    ['hostile', hostile],
  ])('forbids all but what it holds, by hash (%s)', (_, page) => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => hash(text ?? ''));
    const styles = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, text]) => hash(text ?? ''));
    expect(/script-src ([^;]*)/.exec(policy)?.[1]?.split(' ')).toEqual(scripts);
    expect(/style-src ([^;]*)/.exec(policy)?.[1]?.split(' ')).toEqual(styles);
    expect(scripts).toHaveLength(1);
    // The scripts themselves are the same in every page: nothing of a run is ever run.
    expect(page.match(/<script/g)).toHaveLength(1 + (page.match(/<script type="application\/json">/g)?.length ?? 0));
  });

  it('loads nothing', () => {
    for (const page of [failing, hostile]) {
      expect(markupOf(page)).not.toMatch(/<(img|iframe|object|embed|audio|video|source|base)\b/i);
      expect(markupOf(page)).not.toMatch(/(src|href|srcset|action|data|poster)\s*=\s*"(?!#|data:image\/svg\+xml,)/i);
      expect(/<style>([\s\S]*?)<\/style>/.exec(page)?.[1]).not.toMatch(/url\(|@import/);
    }
  });

  it('writes no style attribute and no handler, which the policy would refuse', () => {
    for (const page of [failing, hostile]) expect(markupOf(page)).not.toMatch(/<[^>]*\s(style|on[a-z]+)\s*=\s*"/i);
  });

  it('escapes whatever a server, a scenario or a label says', () => {
    const markup = markupOf(hostile);
    expect(markup).not.toMatch(/<script|<b>bold|<img|onerror=alert\(2\)>"|<svg onload|<i>key|<u>code/i);
    const text = textOf(hostile);
    for (const said of [
      '<script>alert(1)</script>',
      '<svg onload=alert(3)>',
      '<b>bold</b>',
      '<i>key</i>',
      '<u>code</u>',
      'alert(9)',
    ])
      expect(text).toContain(said);
    for (const [, json] of hostile.matchAll(/<script type="application\/json">([\s\S]*?)<\/script>/g)) {
      expect(json).not.toMatch(/[<>\u2028\u2029]/);
      expect(() => JSON.parse(json ?? '')).not.toThrow();
    }
    expect(hostile).not.toContain('\u001b');
    expect(hostile).not.toContain('\u0000');
  });
});

describe('structure for assistive technology', () => {
  it.each([
    ['failing', failing],
    ['fault', fault],
    ['empty', empty],
  ])('has headings in order, heads on tables, names on regions and unique ids (%s)', (_, page) => {
    const markup = markupOf(page);
    const levels = [...markup.matchAll(/<h([1-6])\b/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.entries()) if (index > 0) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    expect(markup).not.toMatch(/<th(?! scope="(col|row)")[\s>]/);
    for (const [table] of markup.matchAll(/<table[\s\S]*?<\/table>/g)) expect(table).toMatch(/<thead><tr><th scope="col"/);
    expect(markup).not.toMatch(/role="region"(?![^>]*aria-label="[^"]+")/);
    const ids = [...markup.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of markup.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
    for (const [, target] of markup.matchAll(/aria-labelledby="([^"]*)"/g)) expect(ids).toContain(target);
    expect(markup).toContain('<html lang="en">');
    expect(markup).toContain('class="skip" href="#main"');
  });
});

describe('size', () => {
  it('stays below 2 MB with 20 tools and 600 points a series', async () => {
    const input = reportInputOf(LARGE);
    expect(input.analysis.series.t.length).toBeGreaterThanOrEqual(590);
    expect(input.analysis.result.tools).toHaveLength(20);
    const page = await renderReport(input);
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
    for (const [figure] of page.matchAll(/<figure class="chart[\s\S]*?<\/figure>/g))
      expect(figure.match(/<tr>/g)?.length).toBeLessThanOrEqual(61);
  });
});
