import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processOf(pid: string): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything, brackets too.
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      pid: Number(pid),
      parent: Number(parent),
      command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
    };
  } catch {
    return undefined;
  }
}

/** The process below another (child, grandchild) whose command line holds a text. @throws Error when there is none, or more than one. */
export function processBelow(pid: number, text: string): number {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(processOf)
    .filter((found) => found !== undefined);
  const below = new Set([pid]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const { pid: own, parent } of all) {
      if (!below.has(parent) || below.has(own)) continue;
      below.add(own);
      grew = true;
    }
  }
  const found = all.filter((one) => below.has(one.pid) && one.command.includes(text));
  if (found.length !== 1) throw new Error(`${found.length} processes below ${pid} are ${text}`);
  return (found[0] as Process).pid;
}
