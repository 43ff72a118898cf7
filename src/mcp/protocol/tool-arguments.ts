import { inexactNumberIn, isHeldExactly } from '../../scenario/file/exact-number.js';
import type { Json } from '../../scenario/file/json.js';
import type { ToolDescription } from '../driver.js';
import { isObject } from './rpc-answer.js';
import { schemaCheck } from './tool-schema.js';

/**
 * Checks arguments against the tool's inputSchema before any load.
 * @returns what is wrong in a sentence, or undefined when they fit. A schema that is itself invalid cannot refuse anything; the preflight call tells.
 */
export function checkArguments(tool: ToolDescription, args: unknown): string | undefined {
  try {
    return schemaCheck(tool.inputSchema)(args);
  } catch {
    return undefined;
  }
}

/**
 * The JSON text of a CSV cell, of the type that the schema of its property asks for: `7` becomes a number where a number is wanted and stays a
 * text where a text is allowed. Numbers keep every digit, those that a double cannot hold too. A cell that cannot be of the wanted type is
 * left a text, so that the check of the arguments names it.
 */
export function cellJson(cell: string, schema: unknown): string {
  const asText = JSON.stringify(cell);
  if (!isObject(schema)) return asText;
  const listed = Array.isArray(schema.enum)
    ? (schema.enum as readonly Json[])
    : schema.const === undefined
      ? undefined
      : [schema.const as Json];
  if (listed !== undefined)
    return JSON.stringify(listed.find((value) => (typeof value === 'string' ? value : JSON.stringify(value)) === cell) ?? cell);
  const types = typesOf(schema);
  if (types.size === 0 || types.has('string')) return asText;
  const text = cell.trim();
  if ((types.has('integer') || types.has('number')) && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) {
    const number = Number(text);
    const json = isHeldExactly(text) ? JSON.stringify(number) : digitsAsJson(text);
    if (types.has('number') || Number.isInteger(number)) return json;
  }
  if (types.has('boolean') && /^(?:true|false)$/i.test(text)) return text.toLowerCase();
  if (types.has('null') && (text === '' || text === 'null')) return 'null';
  if ((types.has('object') && text.startsWith('{')) || (types.has('array') && text.startsWith('['))) {
    try {
      const json = JSON.stringify(JSON.parse(text));
      // Line ends stand between values alone, and may stand in no message over stdio.
      return inexactNumberIn(text) === undefined ? json : text.replace(/[\r\n]+/g, ' ');
    } catch {
      return asText;
    }
  }
  return asText;
}

/** As JSON writes numbers: without a plus, with a digit on both sides of the point, without zeros before. */
const digitsAsJson = (text: string): string =>
  text
    .replace(/^\+/, '')
    .replace(/^(-?)0+(?=\d)/, '$1')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.(?=e|$)/i, '');

/** Types that a schema allows, through `type`, `anyOf` and `oneOf`. Empty: any. */
function typesOf(schema: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const types = new Set<string>();
  for (const type of [schema.type].flat()) if (typeof type === 'string') types.add(type);
  for (const branch of [schema.anyOf, schema.oneOf].flat())
    if (isObject(branch)) for (const type of typesOf(branch)) types.add(type);
  return types;
}
