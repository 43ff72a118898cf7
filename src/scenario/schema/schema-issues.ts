import type { z } from 'zod';
import { compact } from '../file/compact.js';
import { didYouMean } from '../file/nearest.js';
import type { Problem } from '../file/problem.js';
import { formatPath, locate, type Tree, type TreePath } from '../file/yaml-tree.js';

type Issue = z.core.$ZodIssue;

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map of keys to values',
  record: 'a map of names to values',
  array: 'a list',
};

/** What zod itself would accept, in the words of a scenario file: the default message for every issue without one of its own. */
export const acceptedText = (issue: z.core.$ZodRawIssue): string | undefined => {
  switch (issue.code) {
    case 'invalid_type':
      return WORDS[issue.expected] ?? String(issue.expected);
    case 'invalid_value':
      return (issue.values as readonly unknown[]).map(String).join(', ');
    case 'too_small':
      return `at least ${String(issue.minimum)}`;
    case 'too_big':
      return `at most ${String(issue.maximum)}`;
    default:
      return undefined;
  }
};

/** What stands where a required key is missing. */
export const MISSING = 'nothing (the key is missing)';

/** A value as an error shows it: short, on one line. Values that hold a secret are shown as they may be written out. */
const showValue = (tree: Tree): string => {
  if (tree.kind === 'map')
    return tree.entries.size === 0 ? 'an empty map' : `a map with ${[...tree.entries.keys()].slice(0, 4).join(', ')}`;
  if (tree.kind === 'list') return tree.items.length === 0 ? 'an empty list' : `a list of ${tree.items.length}`;
  if (tree.value === null) return 'nothing';
  const value = tree.redacted ?? tree.value;
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return typeof value === 'number' ? `the number ${short}` : short;
};

/** The issues of the branch of a union that the value was meant for: the one of its type with the fewest issues. */
const branchIssues = (branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined =>
  branches
    .filter((issues) =>
      issues.every(
        ({ path, code }) => path.length > 0 || (code !== 'invalid_type' && code !== 'invalid_value' && code !== 'invalid_union'),
      ),
    )
    .sort((a, b) => a.length - b.length)[0];

/** `init` writes a list of comments alone where no tool of a server may be called unseen. */
const hintOfEmpty = (path: TreePath, tree: Tree): string | undefined =>
  path.length === 1 && path[0] === 'calls' && tree.kind === 'scalar' && tree.value === null
    ? 'where `plimsoll init` left calls out, uncomment one that you allow'
    : undefined;

/** Turns the issues of a parse into located problems. `keysAt` gives the keys that the grammar knows at a path. */
export const schemaProblems = (
  issues: readonly Issue[],
  tree: Tree,
  keysAt: (path: TreePath) => readonly string[],
  base: TreePath = [],
): readonly Problem[] =>
  issues.flatMap((issue): readonly Problem[] => {
    const path = [...base, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
    const at = locate(tree, path);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const known = keysAt(path);
        return {
          place: locate(tree, [...path, key]).keyPlace,
          path: formatPath([...path, key]),
          found: `unknown key "${key}"`,
          accepted: known.join(', '),
          ...compact({ hint: didYouMean(key, known) }),
        };
      });
    }
    if (issue.code === 'invalid_key') {
      const accepted = issue.issues.map(({ message }) => message).join(' or ');
      return [{ place: at.keyPlace, path: formatPath(path), found: `the name ${JSON.stringify(path.at(-1))}`, accepted }];
    }
    if (issue.code === 'invalid_union' && at.depth === path.length) {
      const inner = branchIssues(issue.errors);
      if (inner !== undefined) return schemaProblems(inner, tree, keysAt, path);
    }
    const accepted = issue.message;
    if (at.depth < path.length) {
      return [{ place: at.keyPlace, path: formatPath(path), found: MISSING, accepted }];
    }
    const found = showValue(at.tree);
    const words = issue.code === 'invalid_value' && at.tree.kind === 'scalar' ? issue.values.map(String) : [];
    const near = at.tree.kind === 'scalar' && words.length > 1 ? didYouMean(String(at.tree.value), words) : undefined;
    const hint = near ?? hintOfEmpty(path, at.tree);
    return [
      {
        place: at.tree.place,
        path: formatPath(path),
        found,
        accepted,
        ...(hint === undefined ? {} : { hint }),
      },
    ];
  });
