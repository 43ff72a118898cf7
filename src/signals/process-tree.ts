/** One process as the system lists it. */
export interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
}

/** A process with all of its descendants, and whoever else is in its process group. Pure. */
export function familyOf(root: number, all: readonly ListedProcess[]): readonly number[] {
  const children = new Map<number, number[]>();
  for (const { pid, parent } of all) {
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [pid]);
    else siblings.push(pid);
  }
  const family = new Set<number>();
  const visit = (pid: number): void => {
    if (family.has(pid)) return;
    family.add(pid);
    for (const child of children.get(pid) ?? []) visit(child);
  };
  visit(root);
  for (const { pid, group } of all) if (group === root) visit(pid);
  return [...family];
}
