import { mapScalars, type ScalarTree, type Tree, type TreePath } from './yaml-tree.js';

/** `{{ port }}` and `{{ port.NAME }}`: a free port of this machine, the same wherever one name stands. */
const PORT = /\{\{\s*port(?:\.([A-Za-z_][A-Za-z0-9_-]*))?\s*\}\}/g;

/** The port of a name; `undefined` is the plain `{{ port }}`. */
export type PortOf = (name: string | undefined) => number;

/**
 * Parts of a scenario in which ports may stand: where a server is, how it is started, what it depends on. The builds of `gate` keep theirs as
 * they are written: each gets its own when it takes the place of `target`.
 */
const WITHIN = new Set(['target', 'dependencies']);

/** Puts ports into the texts of a scenario that ask for them; what is nothing but a port stays text. Pure but for `portOf`. */
export function withPorts(tree: Tree, portOf: PortOf): Tree {
  const scalar = (node: ScalarTree, path: TreePath): ScalarTree => {
    if (typeof node.value !== 'string' || !WITHIN.has(String(path[0])) || !node.value.includes('{{')) return node;
    const filled = (text: string): string => text.replace(PORT, (_, name: string | undefined) => String(portOf(name)));
    return { ...node, value: filled(node.value), ...(node.redacted === undefined ? {} : { redacted: filled(node.redacted) }) };
  };
  return mapScalars(tree, scalar);
}
