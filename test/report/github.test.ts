import { describe, expect, it } from 'vitest';
import { renderGithubAnnotations, renderGithubSummary } from '../../src/report/github.js';
import { EMPTY, FAILING, HOSTILE_TEXT, PASSING, reportInputOf } from './example-runs.js';

describe('GitHub annotations', () => {
  it('tell the verdict and each miss, escaped as workflow commands', () => {
    const lines = renderGithubAnnotations(reportInputOf(FAILING));
    expect(lines[0]).toBe(
      "::error title=plimsoll fail%3A first-run::92.33 %25 of 2,020 calls succeeded, 155 did not (56 timeout, 45 dropped, 30 server-error, 2 more classes); limit 99 %25; 152 of 155 failures are none of this machine's delay: certain (and 5 more). Exit code 3: SLO missed.",
    );
    expect(lines).toHaveLength(1 + reportInputOf(FAILING).verdict.checks.filter(({ outcome }) => outcome === 'fail').length);
    expect(renderGithubAnnotations(reportInputOf(FAILING), 'load/a,b.yaml').map((line) => line.split('title=')[0])).toEqual(
      lines.map(() => '::error file=load/a%2Cb.yaml,'),
    );
  });

  it('are a notice when all passed, and warnings when nothing is proved', () => {
    expect(renderGithubAnnotations(reportInputOf(PASSING))).toEqual([expect.stringMatching(/^::notice title=plimsoll pass%3A/)]);
    expect(renderGithubAnnotations(reportInputOf(EMPTY)).every((line) => line.startsWith('::warning '))).toBe(true);
  });

  it('are ten at most, misses first, and say what was left out', () => {
    const { analysis, verdict } = reportInputOf(FAILING);
    const check = verdict.checks[0];
    if (check === undefined) throw new Error('the failing run has checks');
    const checksOf = (fails: number, doubts: number) => [
      ...Array.from({ length: doubts }, () => ({ ...check, outcome: 'invalid' as const })),
      ...Array.from({ length: fails }, () => ({ ...check, outcome: 'fail' as const })),
    ];
    const levelsOf = (fails: number, doubts: number): readonly string[] =>
      renderGithubAnnotations({ analysis, verdict: { ...verdict, checks: checksOf(fails, doubts) } }).map((line) =>
        line.replace(/^::(\w+) .*::(?:(\d+) more are in report.html)?.*$/, '$1$2'),
      );
    const times = (count: number, level: string): readonly string[] => Array.from({ length: count }, () => level);
    expect(levelsOf(2, 7)).toEqual([...times(3, 'error'), ...times(7, 'warning')]);
    expect(levelsOf(2, 8)).toEqual([...times(3, 'error'), ...times(6, 'warning'), 'warning2']);
    expect(levelsOf(30, 8)).toEqual([...times(9, 'error'), 'error30']);
  });

  it('let no text begin a command of its own', () => {
    const { analysis, verdict } = reportInputOf(FAILING);
    const text = `x\r\n::set-output name=a::b\n${HOSTILE_TEXT}`;
    const lines = renderGithubAnnotations({
      analysis: { ...analysis, result: { ...analysis.result, run: { ...analysis.result.run, scenario: 'a,b::c' } } },
      verdict: {
        ...verdict,
        summary: text,
        checks: [{ name: text, source: 'slo', scope: 'x', metric: 'p95', outcome: 'fail', certain: true, evidence: text }],
      },
    });
    for (const line of lines) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for them is the point.
      expect(line).not.toMatch(/[\r\n\u2028\u0000\u001b]/);
      // Exactly one title and one text: no `:` or `,` of a title is left as it was.
      expect(/^::error title=([^:,]*)::/.test(line)).toBe(true);
      expect(line.replace(/%(25|0A|0D|3A|2C)/g, '')).not.toMatch(/%(?=\s?0A)/);
    }
    expect(lines[0]).toContain('title=plimsoll fail%3A a%2Cb%3A%3Ac::');
    expect(lines[1]).toContain('%250A');
  });

  it('has the Markdown summary for the job', () => {
    expect(renderGithubSummary(reportInputOf(PASSING))).toMatch(/^## ✅ pass/);
  });
});
