import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { listProcesses } from '../signals/proc-files.js';
import { familyOf } from '../signals/process-tree.js';

const LOOK_EVERY_MS = 50;
const ESTABLISHED = '01';
const TIME_WAIT = '06';

/** To which ports a server was seen connected. */
export interface SocketSightings {
  /** Remote ports of connections that were its own. */
  readonly connected: ReadonlySet<number>;
  /**
   * Ports of connections that have ended since the watch began and that nobody owns any more: some were too short to be seen in their
   * life, and whose they were cannot be known.
   */
  readonly ended: ReadonlySet<number>;
}

/** Watches to which ports a server has connections open, as far as its sockets can be seen (Linux, its own user). */
export interface SocketWatch {
  /** Takes a last look and ends. @returns undefined where nothing can be seen. */
  end(): SocketSightings | undefined;
}

/** @param pid of the server; its children count too. Undefined: nothing can be seen. */
export function watchServerSockets(pid: number | undefined): SocketWatch {
  const connected = new Set<number>();
  let visible = false;
  const endedNow = (): readonly EndedConnection[] => (pid === undefined ? [] : pagesOf(pid).flatMap(endedConnections));
  const before = new Set(endedNow().map(({ id }) => id));
  const look = (): void => {
    if (pid === undefined) return;
    for (const member of familyOf(pid, listProcesses())) {
      const inodes = socketInodes(member);
      if (inodes === undefined) continue;
      visible = true;
      for (const page of pagesOf(member)) for (const port of establishedPorts(page, inodes)) connected.add(port);
    }
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    end: () => {
      clearInterval(timer);
      look();
      if (!visible) return undefined;
      const ended = endedNow().filter(({ id }) => !before.has(id));
      return { connected, ended: new Set(ended.flatMap(({ ports }) => ports)) };
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

/** The tables of /proc of the network that a process is in. */
function pagesOf(pid: number): readonly string[] {
  return ['tcp', 'tcp6'].flatMap((table) => {
    try {
      return [readFileSync(`/proc/${pid}/net/${table}`, 'utf8')];
    } catch {
      return [];
    }
  });
}

const portOf = (address: string): number => Number.parseInt(address.slice(address.lastIndexOf(':') + 1), 16);

const linesOf = (page: string): readonly (readonly string[])[] =>
  page
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));

/** Remote ports of the established connections that belong to these sockets, from a page of /proc/net/tcp. Pure. */
export function establishedPorts(page: string, inodes: ReadonlySet<string>): readonly number[] {
  return linesOf(page).flatMap(([, , remote = '', state, , , , , , inode = '']) =>
    state === ESTABLISHED && inodes.has(inode) ? [portOf(remote)] : [],
  );
}

interface EndedConnection {
  readonly id: string;
  readonly ports: readonly number[];
}

/** Connections that wait out their end, from either side: whoever closed first has the entry. Pure. */
export function endedConnections(page: string): readonly EndedConnection[] {
  return linesOf(page).flatMap(([, local = '', remote = '', state]) =>
    state === TIME_WAIT ? [{ id: `${local} ${remote}`, ports: [portOf(local), portOf(remote)] }] : [],
  );
}
