import { describe, expect, it } from 'vitest';
import { create } from 'xmlbuilder2';
import { renderJunit } from '../../src/report/junit.js';
import type { ReportInput } from '../../src/report/report-input.js';
import { EMPTY, FAILING, HOSTILE, HOSTILE_TEXT, HOSTILE_TOOL, INVALID, PASSING, reportInputOf } from './example-runs.js';

/** Read back by an XML parser: what is not well-formed throws. */
const parsed = (xml: string) => create(xml).root().toObject() as Record<string, unknown>;
const attribute = (xml: string, element: string, name: string): string | undefined =>
  new RegExp(`<${element}\\b[^>]*\\s${name}="([^"]*)"`).exec(xml)?.[1];

describe('junit.xml', () => {
  it('has a case for each check, and counts what it has', () => {
    const input = reportInputOf(FAILING);
    const xml = renderJunit(input);
    parsed(xml);
    const { checks } = input.verdict;
    expect(xml.match(/<testcase /g)).toHaveLength(checks.length);
    expect(attribute(xml, 'testsuite', 'tests')).toBe(String(checks.length));
    const failed = checks.filter(({ outcome }) => outcome === 'fail').length;
    expect(failed).toBeGreaterThan(0);
    expect(xml.match(/<failure /g)).toHaveLength(failed);
    expect(attribute(xml, 'testsuites', 'failures')).toBe(String(failed));
    expect(xml).toContain('limit: ≤ 400 ms\nmeasured: &gt; 3 s');
  });

  it('shows a pass green, and what proves nothing never', () => {
    expect(renderJunit(reportInputOf(PASSING))).not.toMatch(/<(failure|error)/);
    const doubt = renderJunit(reportInputOf(INVALID));
    expect(doubt).toMatch(/<skipped message="[^"]*in doubt/);
    expect(doubt).not.toMatch(/<error type="invalid"/);
    const empty = renderJunit(reportInputOf(EMPTY));
    expect(empty).toMatch(/<error type="inconclusive"/);
    expect(attribute(empty, 'testsuite', 'errors')).not.toBe('0');
  });

  it('is not green when the run did not pass for a reason that no check holds', () => {
    const input = reportInputOf(PASSING);
    const xml = renderJunit({ ...input, verdict: { ...input.verdict, outcome: 'inconclusive', checks: [] } });
    expect(xml).toMatch(/<testcase name="verdict"[\s\S]*<error type="inconclusive"/);
    expect(attribute(xml, 'testsuite', 'tests')).toBe('1');
  });

  it('gives each check a name of its own, and each earlier attempt a case', () => {
    const { verdict, ...input } = reportInputOf(PASSING);
    const check = { source: 'slo', scope: 'normal load', metric: 'p95', outcome: 'pass', evidence: 'met' } as const;
    const named = (name: string, scope = 'normal load') => ({ ...check, name, scope, certain: true });
    const xml = renderJunit({
      ...input,
      verdict: { ...verdict, checks: [named('p95'), named('p95', 'tool echo'), named('p95', 'tool echo'), named('success')] },
      attempts: [
        { run: 'a', folder: 'attempt-1', outcome: 'invalid', summary: 'p95 430 ms, limit 400 ms' },
        { run: 'b', folder: 'attempt-2', outcome: 'pass', summary: 'all met' },
        { run: 'c', folder: '.', outcome: 'pass', summary: 'all met' },
      ],
    });
    parsed(xml);
    const names = [...xml.matchAll(/<testcase name="([^"]*)"/g)].map(([, name]) => name);
    expect(names).toEqual([
      'attempt 1 of 3',
      'attempt 2 of 3',
      'p95: normal load',
      'p95: tool echo',
      'p95: tool echo (2)',
      'success',
    ]);
    expect(attribute(xml, 'testsuite', 'tests')).toBe('6');
    expect(attribute(xml, 'testsuite', 'skipped')).toBe('1');
    expect(xml).toContain('<skipped message="in doubt: p95 430 ms, limit 400 ms"/>');
    expect(xml).toContain('run folder: attempt-1');
  });

  it('marks what does not apply as skipped', () => {
    const { verdict, ...input } = reportInputOf(PASSING);
    const xml = renderJunit({
      ...input,
      verdict: {
        ...verdict,
        checks: [
          {
            name: 'x',
            source: 'baseline',
            scope: 'run',
            metric: 'throughput',
            outcome: 'not-applicable',
            certain: false,
            evidence: '50/s offered',
          },
        ],
      },
    });
    expect(xml).toContain('<skipped message="50/s offered"/>');
    expect(attribute(xml, 'testsuite', 'skipped')).toBe('1');
  });

  it('tells what is known before production in the properties, and judges nothing by it', () => {
    const xml = renderJunit(reportInputOf(PASSING));
    expect(xml).toContain('<property name="readiness.Load" value="passed: ');
    expect(xml).toContain(
      '<property name="readiness.Dependency failures" value="not tested: the scenario names no dependency"/>',
    );
    expect(attribute(xml, 'testsuite', 'failures')).toBe('0');
  });

  it('stays well-formed whatever the texts hold', () => {
    const { verdict, ...rest } = reportInputOf(HOSTILE);
    const input: ReportInput = {
      ...rest,
      verdict: {
        ...verdict,
        checks: [
          ...verdict.checks,
          {
            name: HOSTILE_TEXT,
            source: 'slo',
            scope: HOSTILE_TEXT,
            metric: 'p95',
            outcome: 'fail',
            certain: true,
            evidence: HOSTILE_TEXT,
          },
        ],
      },
    };
    const xml = renderJunit(input);
    parsed(xml);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids.
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
    expect(xml).not.toMatch(/\p{Surrogate}/u);
    // Neither a terminal nor a viewer may obey it.
    expect(xml).not.toMatch(/[\u0080-\u009f\u2028]|\p{Bidi_Control}/u);
    expect(xml).not.toContain('<script');
    expect(xml).toContain(`tool ${HOSTILE_TOOL.replace(/</g, '&lt;').replace(/>/g, '&gt;')}`);
  });
});
