import type { Place, Problem } from './problem.js';
import { formatPath, MAX_DEPTH, MAX_NODES, type Reading, type Tree, type TreePath } from './yaml-tree.js';

const ACCEPTED = 'text, a finite number, true, false, null, a list or a plain object';

/** What a value that no scenario can hold is called. */
const kindOf = (value: unknown): string => {
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value !== 'object' || value === null) return `a value of type ${typeof value}`;
  const name: unknown = (value as { readonly constructor?: { readonly name?: unknown } }).constructor?.name;
  return typeof name === 'string' && name !== '' && name !== 'Object'
    ? `an object of the class ${name}`
    : 'an object that is not plain';
};

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm (`node:vm`, some test runners) have a prototype of their own, which has none above it.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

/**
 * The tree of an object that a program holds, as `readTree` makes it of a file. It has paths and no lines. Keys whose value is undefined are
 * absent. A text stays a text, as one in quotes does: `${VAR}` in it is put in and never becomes a number.
 */
export const objectTree = (value: unknown, file: string): Reading => {
  const problems: Problem[] = [];
  const place: Place = { file };
  const refuse = (path: TreePath, found: string, accepted: string): undefined => {
    problems.push({ place, path: formatPath(path), found, accepted });
    return undefined;
  };
  let nodes = 0;
  const walk = (node: unknown, path: TreePath): Tree | undefined => {
    nodes += 1;
    if (nodes > MAX_NODES) {
      return nodes === MAX_NODES + 1 ? refuse([], 'too many values', `at most ${MAX_NODES} values`) : undefined;
    }
    if (path.length > MAX_DEPTH) {
      return refuse(path.slice(0, 4), 'values nested too deeply, or an object inside itself', `at most ${MAX_DEPTH} levels`);
    }
    if (Array.isArray(node)) {
      // Holes of a list are read as undefined, which no list of a scenario holds.
      const items = Array.from(node, (item: unknown, index) => walk(item, [...path, index]));
      return { kind: 'list', place, items: items.filter((item) => item !== undefined) };
    }
    if (typeof node === 'object' && node !== null) {
      if (!isPlain(node)) return refuse(path, kindOf(node), ACCEPTED);
      const entries = new Map<string, { keyPlace: Place; value: Tree }>();
      for (const [key, item] of Object.entries(node)) {
        const tree = item === undefined ? undefined : walk(item, [...path, key]);
        if (tree !== undefined) entries.set(key, { keyPlace: place, value: tree });
      }
      return { kind: 'map', place, entries };
    }
    const isScalar = node === null || typeof node === 'string' || typeof node === 'boolean' || Number.isFinite(node);
    if (!isScalar) return refuse(path, kindOf(node), ACCEPTED);
    const scalar = node as string | number | boolean | null;
    return { kind: 'scalar', place, value: scalar, plain: false, source: String(scalar), at: () => place };
  };
  const tree = walk(value, []);
  return tree === undefined ? { problems } : { tree, problems };
};
