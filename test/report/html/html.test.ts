import { describe, expect, it } from 'vitest';
import { scriptSafeJson } from '../../../src/report/html/embedded-json.js';
import { escapeHtml, html, trustedMarkup } from '../../../src/report/html/html.js';

describe('html', () => {
  it('escapes every string and number', () => {
    expect(html`<p title="${'"x\''}">${'<b>&`'} ${1.5}</p>`.toString()).toBe(
      '<p title="&quot;x&#39;">&lt;b&gt;&amp;&#96; 1.5</p>',
    );
  });

  it('lets its own markup stand, joins arrays and writes nothing for nothing', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}</ul>${undefined}${null}${false}${true}${''}${0}`.toString()).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li></ul>0',
    );
  });

  it('escapes strings inside arrays of arrays', () => {
    expect(html`${[['<'], [html`<br>`, ['>']]]}`.toString()).toBe('&lt;<br>&gt;');
  });

  it('does not take an object with a toString for markup', () => {
    const forged = { toString: () => '<script>' } as unknown as string;
    expect(html`${forged}`.toString()).toBe('&lt;script&gt;');
  });

  it('replaces what HTML forbids', () => {
    expect(escapeHtml('a\u0000b\u001bc\ud83dd\u{1f600}')).toBe('a\ufffdb\ufffdc\ufffdd\u{1f600}');
  });

  it('keeps trusted markup as it is', () => {
    expect(html`${trustedMarkup('<svg/>')}`.toString()).toBe('<svg/>');
  });
});

describe('scriptSafeJson', () => {
  it('cannot end a script element, and parses back to the same value', () => {
    const value = { '</script>': ['<!--<script>', '\u2028\u2029', '&amp;', ']]>'] };
    const text = scriptSafeJson(value);
    expect(text).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(text)).toEqual(value);
  });
});
