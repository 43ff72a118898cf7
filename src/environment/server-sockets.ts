import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { listProcesses } from '../signals/proc-files.js';
import { familyOf } from '../signals/process-tree.js';

const LOOK_EVERY_MS = 50;
const ESTABLISHED = '01';

/** Watches to which ports a server has connections open, as far as its sockets can be seen (Linux, its own user). */
export interface SocketWatch {
  /** Takes a last look and ends. @returns ports seen, or undefined where nothing can be seen. */
  end(): ReadonlySet<number> | undefined;
}

/** @param pid of the server; its children count too. Undefined: nothing can be seen. */
export function watchServerSockets(pid: number | undefined): SocketWatch {
  const seen = new Set<number>();
  let visible = false;
  const look = (): void => {
    if (pid === undefined) return;
    for (const member of familyOf(pid, listProcesses())) {
      const inodes = socketInodes(member);
      if (inodes === undefined) continue;
      visible = true;
      for (const port of remotePorts(member, inodes)) seen.add(port);
    }
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    end: () => {
      clearInterval(timer);
      look();
      return visible ? seen : undefined;
    },
  };
}

function socketInodes(pid: number): ReadonlySet<string> | undefined {
  let names: readonly string[];
  try {
    names = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return undefined;
  }
  const inodes = new Set<string>();
  for (const name of names) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1];
      if (inode !== undefined) inodes.add(inode);
    } catch {
      // Closed while we looked.
    }
  }
  return inodes;
}

function remotePorts(pid: number, inodes: ReadonlySet<string>): readonly number[] {
  return ['tcp', 'tcp6'].flatMap((table) => {
    try {
      return establishedPorts(readFileSync(`/proc/${pid}/net/${table}`, 'utf8'), inodes);
    } catch {
      return [];
    }
  });
}

/** Remote ports of the established connections that belong to these sockets, from a page of /proc/net/tcp. Pure. */
export function establishedPorts(page: string, inodes: ReadonlySet<string>): readonly number[] {
  return page
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, , remote = '', state, , , , , , inode = ''] = line.trim().split(/\s+/);
      return state === ESTABLISHED && inodes.has(inode) ? [Number.parseInt(remote.slice(remote.lastIndexOf(':') + 1), 16)] : [];
    });
}
