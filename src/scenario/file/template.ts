import type { Json } from './json.js';

/** What a `{{ }}` stands for. */
export type TemplateVariable =
  /** `{{ seq }}`: index of the arrival, from 0. */
  | { readonly type: 'seq' }
  /** `{{ feed.column }}`: a cell of the row that this arrival drew from the feed. */
  | { readonly type: 'feed'; readonly feed: string; readonly column: string }
  /** `{{ name }}`: a value saved by an earlier step of the same journey. */
  | { readonly type: 'saved'; readonly name: string };

export type TemplatePart = { readonly type: 'literal'; readonly text: string } | TemplateVariable;

export interface TemplateError {
  /** Index of the offending `{{` in the text. */
  readonly offset: number;
  readonly found: string;
  readonly accepted: string;
}

/**
 * A string cut into literals and variables. A text that is one variable and nothing else has exactly one part; its value keeps the type
 * of the cell or saved value, everything longer becomes text.
 */
export interface Template {
  readonly parts: readonly TemplatePart[];
  readonly errors: readonly TemplateError[];
}

const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const ACCEPTED = '{{ seq }}, {{ feed.column }} or {{ saved_name }}; write \\{{ for two literal braces';

const variableOf = (inner: string): TemplateVariable | undefined => {
  if (inner === 'seq') return { type: 'seq' };
  const dot = inner.indexOf('.');
  if (dot < 0) return NAME.test(inner) ? { type: 'saved', name: inner } : undefined;
  const feed = inner.slice(0, dot);
  // Column names come from CSV headings, so they may hold spaces and dots.
  const column = inner.slice(dot + 1).trim();
  return NAME.test(feed) && column !== '' ? { type: 'feed', feed, column } : undefined;
};

/** Cuts a string at its `{{ }}`. Never throws: what cannot be read is left out of `parts` and told in `errors`. */
export const parseTemplate = (text: string): Template => {
  const parts: TemplatePart[] = [];
  const errors: TemplateError[] = [];
  let literal = '';
  const flush = (): void => {
    if (literal !== '') parts.push({ type: 'literal', text: literal });
    literal = '';
  };
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    if (open < 0) break;
    if (open > at && text[open - 1] === '\\') {
      literal += `${text.slice(at, open - 1)}{{`;
      at = open + 2;
      continue;
    }
    literal += text.slice(at, open);
    const close = text.indexOf('}}', open + 2);
    if (close < 0) {
      errors.push({ offset: open, found: `"{{" without its "}}"`, accepted: ACCEPTED });
      at = text.length;
      break;
    }
    const variable = variableOf(text.slice(open + 2, close).trim());
    if (variable === undefined) errors.push({ offset: open, found: text.slice(open, close + 2), accepted: ACCEPTED });
    else {
      flush();
      parts.push(variable);
    }
    at = close + 2;
  }
  literal += text.slice(at);
  flush();
  return { parts, errors };
};

/** A string found inside a JSON value, with the path to it. */
export interface TextAt {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** Every string value in a JSON value, depth first (object keys are never templates). */
export const textsIn = (value: Json, path: readonly (string | number)[] = []): readonly TextAt[] => {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item: Json, index) => textsIn(item, [...path, index]));
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).flatMap(([key, item]) => textsIn(item as Json, [...path, key]));
  }
  return [];
};
