import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../src/report/markdown.js';
import { markdownCode, markdownText } from '../../src/report/markdown-text.js';
import { EMPTY, EVENTS, FAILING, HOSTILE, INVALID, LARGE, PASSING, reportInputOf } from './example-runs.js';

describe('markdownText', () => {
  it('leaves nothing that Markdown, HTML or GitHub would read as more than text', () => {
    expect(markdownText('a|b')).toBe('a\\|b');
    expect(markdownText('<img src=x>')).not.toMatch(/[<>]/);
    expect(markdownText('[x](javascript:alert)')).toBe('\\[x\\]\\(javascript:alert\\)');
    expect(markdownText('`code` *b* _i_ ~s~ $x$')).toBe('\\`code\\` \\*b\\* \\_i\\_ \\~\u200bs\\~ \\$x\\$');
    expect(markdownText('@team #12')).toBe('@\u200bteam \\#\u200b12');
    expect(markdownText('http://evil.example www.evil.example')).not.toMatch(/:\/\/|www\./);
    expect(markdownText('&lt;b&gt;')).toBe('&amp;lt;b&amp;gt;');
    expect(markdownText('one\ntwo\r\n# three')).toBe('one two \\# three');
  });

  it('makes a code span that its text cannot leave', () => {
    expect(markdownCode('a`b``c')).toBe('```a`b``c```');
    expect(markdownCode('`x')).toBe('`` `x ``');
    expect(markdownCode('a|b\nc')).toBe('`a\\|b c`');
  });
});

describe('summary.md', () => {
  it('opens with the verdict, why, and the exit code', () => {
    expect(renderMarkdown(reportInputOf(FAILING))).toMatch(
      /^## ❌ fail: first\\-run\n\n92\.33 % of 2,020 calls succeeded.*Exit code 3: SLO missed\./,
    );
    expect(renderMarkdown(reportInputOf(PASSING))).toMatch(/^## ✅ pass/);
    expect(renderMarkdown(reportInputOf(INVALID))).toMatch(
      /\*\*Machine: noisy in \d+ of \d+ s, up to .*\*\* \d+ checks? of \d+ (is|are) in doubt/,
    );
    expect(renderMarkdown(reportInputOf(EMPTY))).toMatch(/^## ❔ inconclusive/);
  });

  it('tells the commands of the scenario, where it has any', () => {
    const text = renderMarkdown(reportInputOf(EVENTS));
    expect(text).toContain('### Commands in the time line');
    expect(text).toMatch(/\| `scale-out` \| 20 s \| 0\.1 s \| 7 \| 0 of \d+ \|/);
    expect(renderMarkdown(reportInputOf(PASSING))).not.toContain('### Commands');
  });

  it('has misses before what passed', () => {
    const lines = renderMarkdown(reportInputOf(FAILING)).split('\n');
    const rows = lines.filter((line) => /^\| (❌|✅)/.test(line));
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.map((row) => row.startsWith('| ❌'))).toEqual([...rows.map((row) => row.startsWith('| ❌'))].sort().reverse());
  });

  it('keeps its tables whole, whatever stands in them', () => {
    for (const run of [FAILING, HOSTILE, EMPTY, LARGE]) {
      const lines = renderMarkdown(reportInputOf(run)).split('\n');
      let width: number | undefined;
      for (const line of lines) {
        if (!line.startsWith('|')) {
          width = undefined;
          continue;
        }
        const cells = line.match(/(?<!\\)\|/g)?.length;
        width ??= cells;
        expect(cells, line).toBe(width);
      }
    }
  });

  it('holds no markup from a server', () => {
    const text = renderMarkdown(reportInputOf(HOSTILE));
    expect(text).not.toMatch(/(?<!`[^`]*)<(script|img|svg|b|i|u)\b/i);
    expect(text).toContain('&lt;script&gt;alert\\(1\\)&lt;/script&gt;');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028]|\p{Bidi_Control}/u);
  });

  it('says what is known before production, and names what was not tested', () => {
    const text = renderMarkdown(reportInputOf(FAILING));
    expect(text).toMatch(/### Readiness for production\n\nThis run covered \d of \d+ readiness checks\.\n\n- ❌ \*\*Load\*\*: /);
    expect(text).toMatch(/Not tested, which is not a pass: Capacity planned; .*Backup and restore inside the RTO\./);
  });

  it('is bounded with many tools', () => {
    expect(renderMarkdown(reportInputOf(LARGE)).length).toBeLessThan(20_000);
  });
});
