import { mapScalars, type ScalarTree, type Tree, type TreePath } from './yaml-tree.js';

/** A header name (RFC 9110, 5.1: token). */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What no header value may hold (RFC 9110, 5.5). What is above U+00FF has no byte to stand for it. */
const NOT_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/u;
/** A scheme whose credential is missing, as a variable that is set to nothing leaves it. */
const BARE_SCHEME = /^(?:Bearer|Basic|Token|ApiKey)$/i;

/** Headers that the wire itself sets in every request: those of a scenario give way to them. */
const OURS: ReadonlySet<string> = new Set([
  'accept',
  'content-type',
  'content-length',
  'connection',
  'transfer-encoding',
  'last-event-id',
  'mcp-protocol-version',
  'mcp-session-id',
  'mcp-method',
  'mcp-name',
  'x-request-id',
]);

/** Headers that belong to one connection, and that the HTTP client takes from nobody. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set(['expect', 'keep-alive', 'upgrade']);

/** Whether a header of the scenario is left out, since the wire sets it itself. */
export const isSetByUs = (name: string): boolean => OURS.has(name.toLowerCase());

/** What is wrong with a header, in words that show nothing of its value. */
export interface HeaderFault {
  readonly found: string;
  readonly accepted: string;
  readonly hint?: string;
}

/** Why a header of this name cannot be sent; undefined when it can. */
export const nameFault = (name: string): HeaderFault | undefined => {
  if (OF_THE_CONNECTION.has(name.toLowerCase()))
    return { found: name, accepted: 'headers of the request: this one belongs to the connection, which has none to spare' };
  if (NAME.test(name)) return undefined;
  const accepted = 'a header name of letters, digits and -, such as x-api-key';
  const found = `the header name ${JSON.stringify(name)}`;
  return name.trim().endsWith(':') ? { found, accepted, hint: 'leave out the colon' } : { found, accepted };
};

/** Why a header value cannot be sent; undefined when it can. Says where the character is, and nothing else of the value. */
export const valueFault = (value: string): HeaderFault | undefined => {
  const at = value.search(NOT_IN_VALUE);
  const accepted = 'a text of one line, of characters up to U+00FF';
  if (at < 0)
    return BARE_SCHEME.test(value)
      ? {
          found: 'an authorization scheme without a credential',
          accepted: 'the scheme and the credential after it',
          hint: 'is the variable empty?',
        }
      : undefined;
  const code = value.codePointAt(at) ?? 0;
  const place = `at character ${[...value.slice(0, at)].length + 1} of the value`;
  if (code === 0x0a || code === 0x0d)
    return { found: `a line break ${place}`, accepted, hint: 'line breaks at its ends are left out, this one is inside' };
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  if (code < 0x80) return { found: `the control character ${name} ${place}`, accepted };
  if (code === 0xfeff)
    return { found: `a byte order mark (${name}) ${place}`, accepted, hint: 'save the file that it comes from without one' };
  return { found: `the character ${name} ${place}`, accepted, hint: 'encode it as the server reads it, in %XX or base64' };
};

/** Names that stand more than once, as a header counts them: whatever the case of their letters. */
export const repeatedNames = (names: readonly string[]): readonly string[] => {
  const seen = new Set<string>();
  return names.filter((name) => {
    const lower = name.toLowerCase();
    if (seen.has(lower)) return true;
    seen.add(lower);
    return false;
  });
};

const isHeader = (path: TreePath): boolean =>
  (path[0] === 'target' && path.length === 3 && path[1] === 'headers') ||
  (path[0] === 'target' && path.length === 3 && path[1] === 'auth' && path[2] === 'bearer') ||
  (path[0] === 'tenants' && path.length === 4 && path[2] === 'headers');

/** The tree with the blanks and line breaks at the ends of header values left out: they are no part of a value (RFC 9110, 5.5), and a secret's file ends in one. */
export const trimHeaders = (tree: Tree): Tree =>
  mapScalars(tree, (node: ScalarTree, path: TreePath): ScalarTree => {
    if (typeof node.value !== 'string' || !isHeader(path)) return node;
    const { redacted } = node;
    return { ...node, value: node.value.trim(), ...(redacted === undefined ? {} : { redacted: redacted.trim() }) };
  });
