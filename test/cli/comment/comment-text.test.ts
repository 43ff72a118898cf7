import { describe, expect, it } from 'vitest';
import { commentBody, MOST_CHARACTERS } from '../../../src/cli/comment/comment-body.js';
import { inertMarkdown } from '../../../src/cli/comment/inert-markdown.js';
import { nextPage } from '../../../src/cli/comment/next-page.js';
import { retryWaitMs } from '../../../src/cli/comment/retry-wait.js';
import { markdownText } from '../../../src/report/markdown-text.js';
import { oneLine } from '../../../src/text/one-line.js';

/** As Markdown reads its entities and backslashes: both sites look for mentions and references afterwards. */
const decoded = (text: string): string =>
  text
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/&#(?:x([0-9a-f]+)|(\d+));/gi, (_, hex?: string, decimal?: string) =>
      String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
    );

const HOSTILE = [
  '@everyone',
  '&#64;everyone',
  '&#x00040;everyone',
  '&commat;everyone',
  'a@example.com',
  '[click](https://evil.example)',
  '[click]: https://evil.example',
  '[click][a]',
  '![pixel](http://evil.example/x.png)',
  'https&#58;&#47;&#47;evil.example',
  'http&colon;//evil.example',
  'www.evil.example',
  '<img src=x onerror=alert(1)>',
  '<a href="https://evil.example">x</a>',
  '<https://evil.example>',
  '<!-- plimsoll:other -->',
  '#123 GH-7 !45 $3 %"milestone" ~label &9',
  'x\r/merge',
  '`<b>` and ` @x',
  '[[_TOC_]]',
  'https\\:\\/\\/evil.example www\\.evil.example GH\\-12 \\@all \\#12 %\\"milestone"',
];

describe('text of a comment', () => {
  it('mentions nobody and holds no link, image, HTML, reference or quick action, however it came', () => {
    for (const text of [...HOSTILE, ...HOSTILE.map((each) => markdownText(each))]) {
      const shown = decoded(inertMarkdown(`- tool ${text}\n${text}`));
      expect(shown, text).not.toMatch(/@\w|&commat;/i);
      // A bracket behind a backslash opens no link.
      expect(inertMarkdown(`- tool ${text}\n${text}`), text).not.toMatch(/\][([:]|\[\[/);
      expect(shown, text).not.toMatch(/:\/\/|&(colon|sol);|www\.|mailto:/i);
      expect(shown, text).not.toMatch(/<[a-z/!?]/i);
      expect(shown, text).not.toMatch(/[#!$&]\d|[%~][\w"]|\bGH-\d/);
      expect(shown, text).not.toMatch(/^\s*\/\w/m);
    }
    expect(inertMarkdown('/merge\n  /approve\n```mermaid\n~~~')).not.toMatch(/^\s*(\/|```|~~~)/m);
  });

  it('mentions nobody and links to nothing in a summary that somebody posts as it is', () => {
    for (const text of HOSTILE) {
      const shown = decoded(markdownText(text)).replaceAll('&amp;', '&');
      expect(shown, text).not.toMatch(/@\w/);
      expect(shown, text).not.toMatch(/:\/\/|www\.|mailto:/i);
      expect(shown, text).not.toMatch(/[#!$&]\d|[%~][\w"]|\bGH-\d/);
      expect(markdownText(text), text).not.toMatch(/<[a-z/!?]|(?<!\\)[[\]]/i);
      // What is put in has no width: a reader sees what the server wrote.
      expect(
        decoded(markdownText(text))
          .replaceAll('\u200b', '')
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&amp;', '&'),
      ).toBe(oneLine(text));
    }
  });

  it('changes nothing of what a summary is made of', () => {
    const summary = [
      '## ✅ pass: orders',
      '',
      '|  | baseline | change |',
      '| --- | ---: | ---: |',
      '| p95 | 61 ms | +5 % \\(\\-3 .. +9\\) |',
      '- **slo**: `echo` &lt; 5 %',
      '',
    ].join('\n');
    expect(inertMarkdown(summary)).toBe(summary);
  });

  it('is at most as long as GitHub takes, cut at the end of a line', () => {
    const line = `${'x'.repeat(99)}\n`;
    const body = commentBody('orders', line.repeat(1000));
    expect(body.length).toBeLessThanOrEqual(MOST_CHARACTERS);
    expect(body.length).toBeGreaterThan(MOST_CHARACTERS - 300);
    expect(body).toMatch(/^<!-- plimsoll:orders -->\nx{99}\n/);
    expect(body).toMatch(/\nx{99}\n\nThe summary is too long for a comment/);
    // One line without end: not even half a character is left of what was cut.
    const single = commentBody('orders', '😀'.repeat(60_000));
    expect(single.length).toBeLessThanOrEqual(MOST_CHARACTERS);
    expect(single).not.toMatch(/\p{Surrogate}/u);
  });
});

describe('the next page', () => {
  const from = 'https://api.example/repos/a/b/issues/1/comments?per_page=100';
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['<https://api.example/x?page=2>; rel="next"', 'https://api.example/x?page=2'],
    ['<https://api.example/x?page=1>; rel="prev", <https://api.example/x?page=3>; rel="next"', 'https://api.example/x?page=3'],
    ['<https://api.example/x?page=9>; rel="last"', undefined],
    ['<https://api.example/a,b>; title="x"; rel=next', 'https://api.example/a,b'],
    ['</x?page=2>; rel="next"', 'https://api.example/x?page=2'],
    ['<https://evil.example/x?page=2>; rel="next"', undefined],
    ['<http://api.example/x?page=2>; rel="next"', undefined],
    ['<::>; rel="next"', 'https://api.example/repos/a/b/issues/1/::'],
  ])('of %j is %j', (link, next) => {
    expect(nextPage(link, from)).toBe(next);
  });
});

describe('the wait that a rate limit asks for', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    [403, {}, undefined],
    [404, { 'retry-after': '5' }, undefined],
    [403, { 'retry-after': '5' }, 5000],
    [429, { 'retry-after': 'Thu, 01 Jan 2026 00:00:07 GMT' }, 7000],
    [429, { 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 30) }, 30_000],
    [403, { 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': String(now / 1000 + 30) }, undefined],
    [429, {}, 5000],
  ])('HTTP %d with %j: %j ms', (status, headers, ms) => {
    expect(retryWaitMs({ status, headers }, now)).toBe(ms);
  });
});
