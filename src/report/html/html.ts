/** Markup that is safe to put into a page. Only this file makes one, so that no string reaches a page unescaped. */
export class Html {
  readonly #text: string;
  private constructor(text: string) {
    this.#text = text;
  }
  static trusted(text: string): Html {
    return new Html(text);
  }
  toString(): string {
    return this.#text;
  }
}

/** What may stand in a `${}`: nothing is written for `undefined`, `null`, `false` and `true`. */
export type HtmlValue = Html | string | number | boolean | null | undefined | readonly HtmlValue[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Text for element content and for quoted attribute values. Control characters that HTML does not allow become U+FFFD; so do lone surrogates. */
export const escapeHtml = (text: string): string =>
  text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what HTML forbids.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '\ufffd')
    .replace(/[&<>"'`]/g, (character) => ENTITIES[character] as string);

const written = (value: HtmlValue): string => {
  if (value === undefined || value === null || typeof value === 'boolean') return '';
  if (value instanceof Html) return value.toString();
  if (Array.isArray(value)) return value.map(written).join('');
  return escapeHtml(String(value));
};

/**
 * Escaping template: html`<td title="${text}">${value}</td>`. Strings and numbers are escaped, `Html` stands as it is, arrays are joined.
 * Attribute values have to be quoted.
 */
export const html = (parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html =>
  Html.trusted(parts.map((part, index) => (index === 0 ? part : written(values[index - 1]) + part)).join(''));

/** Nothing, where a piece of a page is left out. */
export const NOTHING = html``;

/**
 * Markup from a renderer of our own (a chart as SVG, a style sheet, a script). Never for text from a server, a scenario or a user.
 * Every call stands for a renderer that escapes by itself.
 */
export const trustedMarkup = (text: string): Html => Html.trusted(text);
