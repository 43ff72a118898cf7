import { EXACT_NUMBERS, inexactText, isHeldExactly } from './exact-number.js';
import type { Problem } from './problem.js';
import { HIDDEN } from './secret-forms.js';
import { formatPath, mapScalars, type ScalarTree, type Tree, type TreePath } from './yaml-tree.js';

export type Variables = Readonly<Record<string, string | undefined>>;

export interface Substitution {
  readonly tree: Tree;
  readonly problems: readonly Problem[];
  /** Values that `${secret:...}` read from the environment (a default stands in the file itself, so it is hidden where it is used only). */
  readonly secrets: readonly string[];
}

const WELL_FORMED = /^\$\{(secret:)?([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\}/;
const ACCEPTED = `\${VAR}, \${VAR:-default}, \${secret:VAR} or \${secret:VAR:-default}; $\${ for a literal \${`;

/** Line breaks at the ends, with the blanks about them: a secret that is kept in a file has one, and no secret means it. */
const withoutEndBreaks = (secret: string): string => secret.replace(/^\s*[\r\n]\s*|\s*[\r\n]\s*$/g, '');

/** `42`, `true`: a value that YAML would type, and that is written back in just the same letters. */
const typed = (text: string): string | number | boolean => {
  if (text === 'true' || text === 'false') return text === 'true';
  const value = Number(text);
  return text !== '' && Number.isFinite(value) && String(value) === text ? value : text;
};

/**
 * Puts the values of variables into every text of a tree. An unquoted `${VAR}` that is a whole value is typed as YAML would type it
 * (`count: ${COUNT}`), as long as nothing of it is lost; quoted ones and secrets stay text.
 */
export const substitute = (tree: Tree, variables: Variables): Substitution => {
  const problems: Problem[] = [];
  const secrets = new Set<string>();

  const scalar = (node: ScalarTree, path: TreePath): ScalarTree => {
    if (typeof node.value !== 'string' || !node.value.includes('${')) return node;
    const text = node.value;
    let value = '';
    let redacted = '';
    let secret = false;
    let whole = false;
    const report = (found: string, token: string, accepted: string, hint?: string): void => {
      const offset = Math.max(0, node.source.indexOf(token));
      problems.push({ place: node.at(offset), path: formatPath(path), found, accepted, ...(hint ? { hint } : {}) });
    };
    for (let at = 0; at < text.length; ) {
      const open = text.indexOf('${', at);
      if (open < 0) {
        value += text.slice(at);
        redacted += text.slice(at);
        break;
      }
      if (open > at && text[open - 1] === '$') {
        const literal = `${text.slice(at, open - 1)}\${`;
        value += literal;
        redacted += literal;
        at = open + 2;
        continue;
      }
      value += text.slice(at, open);
      redacted += text.slice(at, open);
      const match = WELL_FORMED.exec(text.slice(open));
      if (match === null) {
        const end = text.indexOf('}', open);
        const token = text.slice(open, end < 0 ? undefined : end + 1);
        report(JSON.stringify(token), token, ACCEPTED);
        break;
      }
      const [token, isSecret, name = '', , fallback] = match;
      const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
      const found = given === undefined || (given === '' && fallback !== undefined) ? fallback : given;
      if (found === undefined) {
        const prefix = isSecret ?? '';
        report(
          `${token}, which is not set`,
          token,
          `a variable that is set`,
          `set ${name}, or write \${${prefix}${name}:-default}`,
        );
      } else {
        value += isSecret === undefined ? found : withoutEndBreaks(found);
        redacted += isSecret === undefined ? found : HIDDEN;
        if (isSecret !== undefined) {
          secret = true;
          if (found !== fallback && found !== '') secrets.add(found);
        }
      }
      whole = token.length === text.length;
      at = open + token.length;
    }
    // A whole number that YAML would read as one, and that would come out as another.
    if (whole && node.plain && !secret && /^-?(?:0|[1-9]\d*)$/.test(value) && !isHeldExactly(value)) {
      report(`${text}, which is ${inexactText(value)}`, text, EXACT_NUMBERS, `"${text}" in quotes is a text`);
    }
    return { ...node, value: whole && node.plain && !secret ? typed(value) : value, ...(secret ? { redacted } : {}) };
  };

  return { tree: mapScalars(tree, scalar), problems, secrets: [...secrets] };
};

/** The same data with every `${` escaped, for values that are final and must not be read as variables (again). */
export const withLiteralVariables = (value: unknown): unknown => {
  if (typeof value === 'string') return value.split('${').join('$${');
  if (Array.isArray(value)) return value.map(withLiteralVariables);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withLiteralVariables(item)]));
};
