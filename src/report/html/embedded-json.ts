import { type Html, trustedMarkup } from './html.js';

const ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON that can end neither a script element nor a line of script, whatever its strings hold. It parses to the same value. */
export const scriptSafeJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => ESCAPES[character] as string);

/** A data block: never run, read by the script of the page. */
export const embeddedJson = (value: unknown): Html =>
  trustedMarkup(`<script type="application/json">${scriptSafeJson(value)}</script>`);
