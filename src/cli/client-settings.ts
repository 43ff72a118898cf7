import { readFileSync } from 'node:fs';
import jsonc from 'jsonc-parser';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { EXACT_NUMBERS, inexactNumberIn, inexactText } from '../scenario/file/exact-number.js';
import { decodeText, UTF_8_HINT } from '../text/decode-text.js';

/** One server as a client's settings file has it, unread. */
export interface ServerEntry {
  /** Path of keys to it: `mcpServers.orders`. */
  readonly place: string;
  readonly value: unknown;
}

/** Where clients keep their servers; VS Code's user settings hold a list within `mcp`, Zed's are called context servers. */
const LISTS = [['mcpServers'], ['servers'], ['context_servers'], ['mcp', 'servers'], ['mcp', 'mcpServers']] as const;

const ACCEPTED = 'accepted: the JSON file in which a client keeps its servers under mcpServers, servers or context_servers';

/** In the words of a reader, by the names that the parser has for them. */
const WRONG: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a word that is not a value',
  InvalidNumberFormat: 'a malformed number',
  PropertyNameExpected: 'no key where one has to be',
  ValueExpected: 'no value where one has to be',
  ColonExpected: 'no : after a key',
  CommaExpected: 'no , between two values',
  CloseBraceExpected: 'no } at the end of a map',
  CloseBracketExpected: 'no ] at the end of a list',
  EndOfFileExpected: 'more after the end',
  InvalidCommentToken: 'a malformed comment',
  UnexpectedEndOfComment: 'a comment without an end',
  UnexpectedEndOfString: 'a text without an end',
  UnexpectedEndOfNumber: 'a number without an end',
  InvalidUnicode: 'a \\u that is not a character',
  InvalidEscapeCharacter: 'a \\ before a character that needs none',
  InvalidCharacter: 'a character that has to be written as \\u',
};

/**
 * The servers of a client's settings file by name. Read as clients read it: comments, commas before a closing bracket and a byte order mark
 * are allowed.
 * @throws PlimsollError with exit code 2: no such file, no JSON (with line and column), no list of servers, one name twice.
 */
export function serversOfSettings(file: string): ReadonlyMap<string, ServerEntry> {
  const refuse = (problem: string, hint = ACCEPTED): PlimsollError =>
    new PlimsollError(`--mcp-config ${file}${problem}`, 'usage', { hint });
  const text = textOf(file);
  const errors: jsonc.ParseError[] = [];
  const root = jsonc.parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined || root === undefined) {
    const { offset, error } = first ?? { offset: 0, error: 4 };
    throw refuse(`:${placeIn(text, offset)}: found ${WRONG[jsonc.printParseErrorCode(error)] ?? 'no JSON'}`);
  }
  const found = LISTS.flatMap((path) => {
    const list = jsonc.findNodeAtLocation(root, [...path]);
    return list?.type === 'object' ? [{ place: path.join('.'), list }] : [];
  });
  if (found.length === 0)
    throw refuse(
      ': found neither mcpServers nor servers nor context_servers',
      'accepted: { "mcpServers": { "NAME": { "command": "node", "args": ["server.js"] } } }',
    );
  const servers = new Map<string, ServerEntry>();
  for (const { place, list } of found) {
    for (const { children: [key, value] = [] } of list.children ?? []) {
      if (key === undefined || value === undefined) continue;
      const name = String(key.value);
      const before = servers.get(name);
      if (before !== undefined)
        throw refuse(
          `:${placeIn(text, key.offset)}: found the server ${JSON.stringify(name)} a second time`,
          `first as ${before.place}`,
        );
      const inexact = inexactNumberIn(jsonc.stripComments(text.slice(value.offset, value.offset + value.length)));
      if (inexact !== undefined)
        throw refuse(`:${placeIn(text, key.offset)}: found ${inexactText(inexact)}`, `accepted: ${EXACT_NUMBERS}, or a text`);
      servers.set(name, { place: `${place}.${name}`, value: jsonc.getNodeValue(value) });
    }
  }
  return servers;
}

/** UTF-8, or UTF-16 where its byte order mark says so; without the mark. */
function textOf(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const found = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'a folder' : message;
    throw new PlimsollError(`--mcp-config ${file}: ${found}`, 'usage', { hint: ACCEPTED, cause });
  }
  try {
    return decodeText(bytes).replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new PlimsollError(`--mcp-config ${file}: ${(cause as Error).message}`, 'usage', { hint: UTF_8_HINT, cause });
  }
}

function placeIn(text: string, offset: number): string {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
