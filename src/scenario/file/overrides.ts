import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { Problem } from './problem.js';
import { formatPath, type ListTree, type MapTree, readTree, type Tree, type TreePath } from './yaml-tree.js';

/** Lays one tree over another: maps are merged key by key, everything else is replaced, `null` takes a key away (as RFC 7386 does for JSON). */
export const overlay = (base: Tree, over: Tree): Tree => {
  if (base.kind !== 'map' || over.kind !== 'map') return over;
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const under = base.entries.get(key);
    if (entry.value.kind === 'scalar' && entry.value.value === null) entries.delete(key);
    else entries.set(key, under === undefined ? entry : { ...entry, value: overlay(under.value, entry.value) });
  }
  return { ...base, entries };
};

const EXAMPLE = 'path=value, for instance --set load.phases.1.rate=200/s';

/** Cuts `slo.tools."a.b".p95` at its dots; a part in double quotes may hold dots. */
const pathOf = (text: string): TreePath | undefined => {
  const parts = text.match(/"(?:[^"\\]|\\.)*"|[^."]+/g) ?? [];
  if (parts.length === 0 || parts.join('.') !== text) return undefined;
  return parts.map((part) => (part.startsWith('"') ? (JSON.parse(part) as string) : part));
};

interface Override {
  readonly flag: string;
  readonly path: TreePath;
  readonly value: Tree;
}

const put = (tree: Tree | undefined, { flag, path, value }: Override, done: TreePath, problems: Problem[]): Tree => {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  const place = { file: flag };
  const next = (under: Tree | undefined): Tree => put(under, { flag, path: rest, value }, [...done, part], problems);
  if (tree?.kind === 'list') {
    const index = Number(part);
    if (!Number.isInteger(index) || index < 0 || index > tree.items.length) {
      problems.push({
        place,
        path: formatPath([...done, part]),
        found: `index ${String(part)}`,
        accepted: `0 to ${tree.items.length - 1}, or ${tree.items.length} to add one`,
      });
      return tree;
    }
    const items = [...tree.items];
    items[index] = next(items[index]);
    return { ...tree, items } satisfies ListTree;
  }
  if (tree?.kind === 'scalar' && tree.value !== null) {
    problems.push({
      place,
      path: formatPath([...done, part]),
      found: `a value at ${formatPath(done)}, which has no keys`,
      accepted: 'a path to a key of the scenario',
    });
    return tree;
  }
  const base: MapTree = tree?.kind === 'map' ? tree : { kind: 'map', place, entries: new Map() };
  const entries = new Map(base.entries);
  const key = String(part);
  const under = base.entries.get(key);
  if (rest.length === 0 && value.kind === 'scalar' && value.value === null) entries.delete(key);
  else entries.set(key, { keyPlace: under?.keyPlace ?? place, value: next(under?.value) });
  return { ...base, entries };
};

/**
 * Applies `--set path=value` in order. Values are YAML; lists are indexed from 0, and the index after the last adds an entry.
 * @throws PlimsollError with exit code 2 when an override is not `path=value`.
 */
export const applySets = (tree: Tree, sets: readonly string[], problems: Problem[]): Tree =>
  sets.reduce((under, set) => {
    const equals = set.indexOf('=');
    const path = equals <= 0 ? undefined : pathOf(set.slice(0, equals).trim());
    if (path === undefined) throw new PlimsollError(`--set ${set}: found ${JSON.stringify(set)}, accepted: ${EXAMPLE}`, 'usage');
    const flag = `--set ${set}`;
    const reading = readTree(set.slice(equals + 1), flag, true);
    problems.push(...reading.problems);
    return reading.tree === undefined ? under : put(under, { flag, path, value: reading.tree }, [], problems);
  }, tree);
