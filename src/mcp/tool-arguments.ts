import type { Json } from '../scenario/json.js';
import type { ToolDescription } from './driver.js';
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
 * Gives the text of a CSV cell the type that the schema of its property asks for: `7` becomes a number where a number is wanted and stays a text
 * where a text is allowed. A cell that cannot be of the wanted type is left as it is, so that the check of the arguments names it.
 */
export function coerceCell(cell: string, schema: unknown): Json {
  if (!isObject(schema)) return cell;
  const listed = Array.isArray(schema.enum)
    ? (schema.enum as readonly Json[])
    : schema.const === undefined
      ? undefined
      : [schema.const as Json];
  if (listed !== undefined)
    return listed.find((value) => (typeof value === 'string' ? value : JSON.stringify(value)) === cell) ?? cell;
  const types = typesOf(schema);
  if (types.size === 0 || types.has('string')) return cell;
  const text = cell.trim();
  if ((types.has('integer') || types.has('number')) && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) {
    const number = Number(text);
    if (types.has('number') || Number.isInteger(number)) return number;
  }
  if (types.has('boolean') && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (types.has('null') && (text === '' || text === 'null')) return null;
  if ((types.has('object') && text.startsWith('{')) || (types.has('array') && text.startsWith('['))) {
    try {
      return JSON.parse(text) as Json;
    } catch {
      return cell;
    }
  }
  return cell;
}

/** Types that a schema allows, through `type`, `anyOf` and `oneOf`. Empty: any. */
function typesOf(schema: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const types = new Set<string>();
  for (const type of [schema.type].flat()) if (typeof type === 'string') types.add(type);
  for (const branch of [schema.anyOf, schema.oneOf].flat())
    if (isObject(branch)) for (const type of typesOf(branch)) types.add(type);
  return types;
}
