import type { ToolDescription } from '../driver.js';
import { isObject } from './rpc-answer.js';

/** The one revision of the modern era that is spoken. */
export const MODERN_VERSION = '2026-07-28';

const META = 'io.modelcontextprotocol/';

/** What every modern request carries in `params._meta`. */
export function modernMeta(
  clientInfo: { readonly name: string; readonly version: string },
  capabilities: Readonly<Record<string, object>> = {},
): Readonly<Record<string, unknown>> {
  return {
    [`${META}protocolVersion`]: MODERN_VERSION,
    [`${META}clientInfo`]: clientInfo,
    [`${META}clientCapabilities`]: capabilities,
  };
}

/**
 * A header value as 2026-07-28 wants it: as it stands when it is safe, else `=?base64?` with the base64 of its UTF-8.
 * Not safe: empty, blanks at an end, a character outside tab and 0x20-0x7e, or a text that already looks encoded.
 */
export function headerValue(text: string): string {
  const safe = /^[\t\x20-\x7e]+$/.test(text) && text.trim() === text && !/^=\?base64\?.*\?=$/i.test(text);
  return safe ? text : `=?base64?${Buffer.from(text, 'utf8').toString('base64')}?=`;
}

/** A tool argument that must be mirrored as a header. */
export interface MirroredArgument {
  readonly header: string;
  readonly path: readonly string[];
}

/** Arguments marked `x-mcp-header`: strings, integers and booleans reached through `properties` alone. Names that occur twice are left out, as the marks are then invalid. */
export function mirroredArguments(tool: ToolDescription): readonly MirroredArgument[] {
  const found: MirroredArgument[] = [];
  collect(tool.inputSchema, [], found);
  const names = found.map(({ header }) => header.toLowerCase());
  return found.filter((_, index) => names.indexOf(names[index]!) === names.lastIndexOf(names[index]!));
}

/**
 * What is wrong with the `x-mcp-header` marks of a tool, in words; undefined when they are right: each a header token, on a string, an
 * integer or a boolean, and none twice. A client must not offer a tool with an invalid mark.
 */
export function invalidMark(tool: ToolDescription): string | undefined {
  const seen = new Set<string>();
  const wrong = (schema: unknown, path: string): string | undefined => {
    if (!isObject(schema) || !isObject(schema.properties)) return undefined;
    for (const [name, property] of Object.entries(schema.properties)) {
      if (!isObject(property)) continue;
      const at = `${path}${name}`;
      if (Object.hasOwn(property, 'x-mcp-header')) {
        const mark = property['x-mcp-header'];
        if (typeof mark !== 'string' || !TOKEN.test(mark)) return `${at}: ${JSON.stringify(mark)} is not a header name`;
        if (!MIRRORED_TYPES.has(property.type)) return `${at}: only strings, integers and booleans can be headers`;
        if (seen.has(mark.toLowerCase())) return `${at}: the header ${mark} is there twice`;
        seen.add(mark.toLowerCase());
      }
      const inside = wrong(property, `${at}.`);
      if (inside !== undefined) return inside;
    }
    return undefined;
  };
  return wrong(tool.inputSchema, '');
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const MIRRORED_TYPES: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean']);

function collect(schema: unknown, path: readonly string[], into: MirroredArgument[]): void {
  if (!isObject(schema) || !isObject(schema.properties)) return;
  for (const [name, property] of Object.entries(schema.properties)) {
    if (!isObject(property)) continue;
    const mark = property['x-mcp-header'];
    const type = property.type;
    if (typeof mark === 'string' && TOKEN.test(mark) && MIRRORED_TYPES.has(type))
      into.push({ header: `Mcp-Param-${mark}`, path: [...path, name] });
    collect(property, [...path, name], into);
  }
}

/** Adds the header of each mirrored argument that is present to a flat header list (name, value, ...). */
export function pushMirrored(headers: string[], mirrored: readonly MirroredArgument[], args: unknown): void {
  for (const { header, path } of mirrored) {
    let value: unknown = args;
    for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    if (typeof value === 'string') headers.push(header, headerValue(value));
    else if (typeof value === 'boolean' || (typeof value === 'number' && Number.isInteger(value)))
      headers.push(header, String(value));
  }
}
