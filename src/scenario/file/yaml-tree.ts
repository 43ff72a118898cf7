import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { EXACT_HINT, EXACT_NUMBERS, inexactText, isHeldExactly } from './exact-number.js';
import type { Place, Problem } from './problem.js';

/** A YAML value that remembers where it was written, so that values of several files and flags can be merged and still be located. */
export type Tree = MapTree | ListTree | ScalarTree;

export interface MapTree {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, { readonly keyPlace: Place; readonly value: Tree }>;
}

export interface ListTree {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly Tree[];
}

export interface ScalarTree {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: string | number | boolean | null;
  /** Written without quotes. */
  readonly plain: boolean;
  /** The text as written, and the place of each of its characters. */
  readonly source: string;
  readonly at: (offset: number) => Place;
  /** What may be written out instead of the value, when that holds a secret. */
  readonly redacted?: string;
}

export type TreePath = readonly (string | number)[];

export const formatPath = (path: TreePath): string =>
  path.map((part) => (typeof part === 'string' && /[.\s"]/.test(part) ? JSON.stringify(part) : String(part))).join('.');

export const MAX_NODES = 200_000;
/** Deeper than any scenario, and far from the end of the stack; also what stops an alias inside its own anchor. */
export const MAX_DEPTH = 100;

/** A tree, and what could not be read of it. */
export interface Reading {
  readonly tree?: Tree;
  readonly problems: readonly Problem[];
}

const MERGE_HINT =
  'YAML 1.2 has no merge keys: write the keys, take a whole value with *NAME, or lay a second file over this one with --env';

const quoteHint = (line: string): { readonly hint?: string } =>
  /[[{,:]\s*\$\{/.test(line) ? { hint: `inside [ ] or { } a \${VARIABLE} must be quoted` } : {};

/** Reads YAML 1.2 into a tree. `place` moves the positions to where the text came from (a flag has no lines). */
export const readTree = (text: string, file: string, flag = false): Reading => {
  const lines = new LineCounter();
  const problems: Problem[] = [];
  const placeAt = (offset: number): Place => {
    if (flag) return { file };
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problem = (offset: number, path: TreePath, found: string, accepted: string, hint?: string): void => {
    problems.push({ place: placeAt(offset), path: formatPath(path), found, accepted, ...(hint === undefined ? {} : { hint }) });
  };

  let document: ReturnType<typeof parseDocument>;
  try {
    document = parseDocument(text, { version: '1.2', lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      problems: [
        { place: { file, line: 1, column: 1 }, path: '', found: `YAML that cannot be read: ${why}`, accepted: 'YAML 1.2' },
      ],
    };
  }
  let reported = 0;
  for (const { message, pos } of [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0])) {
    // What follows on the same line is nearly always the echo of the first error.
    const { line: number } = lines.linePos(pos[0]);
    if (number === reported) continue;
    reported = number;
    const start = text.lastIndexOf('\n', pos[0] - 1) + 1;
    const end = text.indexOf('\n', pos[0]);
    const line = text.slice(start, end < 0 ? undefined : end);
    problem(pos[0], [], `bad YAML: ${message}`, 'YAML 1.2', quoteHint(line).hint);
  }
  if (document.errors.length > 0) return { problems };

  let nodes = 0;
  const walk = (node: Node | null | undefined, path: TreePath, above: number): Tree | undefined => {
    nodes += 1;
    if (nodes > MAX_NODES) {
      if (nodes === MAX_NODES + 1) problem(above, [], 'too many values (aliases counted)', `at most ${MAX_NODES} values`);
      return undefined;
    }
    if (path.length > MAX_DEPTH) {
      problem(above, path.slice(0, 4), 'values nested too deeply', `at most ${MAX_DEPTH} levels`);
      return undefined;
    }
    if (isAlias(node)) return walk(node.resolve(document), path, node.range?.[0] ?? above);
    const offset = node?.range?.[0] ?? above;
    if (isMap(node)) {
      const entries = new Map<string, { keyPlace: Place; value: Tree }>();
      for (const pair of node.items) {
        const keyOffset = (pair.key as Node | null)?.range?.[0] ?? offset;
        if (!isScalar(pair.key) || pair.key.value === null || typeof pair.key.value === 'object') {
          problem(keyOffset, path, 'a key that is not a text', 'a text as key');
          continue;
        }
        // A number as a key is a name: it keeps its digits.
        const key = typeof pair.key.value === 'number' ? (pair.key.source ?? String(pair.key.value)) : String(pair.key.value);
        if (key === '<<' && (pair.key.type ?? 'PLAIN') === 'PLAIN') {
          problem(keyOffset, [...path, key], 'the merge key <<', 'keys of their own', MERGE_HINT);
          continue;
        }
        if (entries.has(key)) {
          problem(keyOffset, [...path, key], `the key "${key}" a second time`, 'each key once');
          continue;
        }
        const value = walk(pair.value as Node | null, [...path, key], keyOffset);
        if (value !== undefined) entries.set(key, { keyPlace: placeAt(keyOffset), value });
      }
      return { kind: 'map', place: placeAt(offset), entries };
    }
    if (isSeq(node)) {
      const items = node.items.map((item, index) => walk(item as Node | null, [...path, index], offset));
      return { kind: 'list', place: placeAt(offset), items: items.filter((item) => item !== undefined) };
    }
    const value = isScalar(node) ? node.value : null;
    const scalar = { kind: 'scalar' as const, place: placeAt(offset), at: (more: number) => placeAt(offset + more) };
    const source = isScalar(node) && node.range ? text.slice(offset, node.range[1]) : '';
    const plain = !isScalar(node) || node.type === undefined || node.type === 'PLAIN';
    if (typeof value === 'number' && !Number.isFinite(value)) {
      problem(offset, path, source, 'a finite number');
      return { ...scalar, value: null, plain, source };
    }
    if (typeof value === 'number' && isScalar(node)) {
      const written = node.source ?? source;
      if (!isHeldExactly(written)) {
        problem(offset, path, inexactText(written), EXACT_NUMBERS, EXACT_HINT);
        return { ...scalar, value: null, plain, source };
      }
    }
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      return { ...scalar, value, plain, source };
    }
    problem(offset, path, `a value of type ${typeof value}`, 'text, number, true, false, list or map');
    return { ...scalar, value: null, plain, source };
  };

  const tree = walk(document.contents as Node | null, [], 0);
  return tree === undefined ? { problems } : { tree, problems };
};

/** The plain value of a tree; `redacted` takes what may be written out. */
export const treeData = (tree: Tree, form: 'value' | 'redacted' = 'value'): unknown => {
  if (tree.kind === 'scalar') return form === 'redacted' ? (tree.redacted ?? tree.value) : tree.value;
  if (tree.kind === 'list') return tree.items.map((item) => treeData(item, form));
  return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, treeData(value, form)]));
};

/** The deepest node on the way to `path`, and the place of its key. */
export const locate = (tree: Tree, path: TreePath): { readonly tree: Tree; readonly keyPlace: Place; readonly depth: number } => {
  let at: { tree: Tree; keyPlace: Place; depth: number } = { tree, keyPlace: tree.place, depth: 0 };
  for (const part of path) {
    const { tree: here, depth } = at;
    if (here.kind === 'map') {
      const entry = here.entries.get(String(part));
      if (entry === undefined) return at;
      at = { tree: entry.value, keyPlace: entry.keyPlace, depth: depth + 1 };
    } else if (here.kind === 'list') {
      const item = here.items[Number(part)];
      if (item === undefined) return at;
      at = { tree: item, keyPlace: item.place, depth: depth + 1 };
    } else return at;
  }
  return at;
};

/** The same tree with every scalar mapped. */
export const mapScalars = (tree: Tree, map: (scalar: ScalarTree, path: TreePath) => ScalarTree, path: TreePath = []): Tree => {
  if (tree.kind === 'scalar') return map(tree, path);
  if (tree.kind === 'list') return { ...tree, items: tree.items.map((item, index) => mapScalars(item, map, [...path, index])) };
  const entries = [...tree.entries].map(
    ([key, entry]) => [key, { ...entry, value: mapScalars(entry.value, map, [...path, key]) }] as const,
  );
  return { ...tree, entries: new Map(entries) };
};
