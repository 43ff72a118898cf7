import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const LISTEN = '0A';

/** Sockets that listen on one of these ports, by their inodes, from a page of /proc/net/tcp. Pure. */
export function listeningInodes(page: string, ports: ReadonlySet<number>): readonly string[] {
  return page
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      const port = Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16);
      return state === LISTEN && ports.has(port) ? [inode] : [];
    });
}

/** Processes of this machine that listen on one of these ports, as far as they can be seen (Linux, our own user or root). */
export function listenersOn(ports: ReadonlySet<number>): readonly number[] {
  if (ports.size === 0) return [];
  const inodes = new Set(['tcp', 'tcp6'].flatMap((table) => listeningInodes(pageOf(table), ports)));
  if (inodes.size === 0) return [];
  return namesIn('/proc')
    .filter((name) => /^[0-9]+$/.test(name) && holdsOne(name, inodes))
    .map(Number);
}

const holdsOne = (pid: string, inodes: ReadonlySet<string>): boolean =>
  namesIn(`/proc/${pid}/fd`).some((name) => {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1];
      return inode !== undefined && inodes.has(inode);
    } catch {
      // Closed while we looked.
      return false;
    }
  });

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Another's, gone, or no /proc at all.
    return [];
  }
}

function pageOf(table: string): string {
  try {
    return readFileSync(`/proc/net/${table}`, 'utf8');
  } catch {
    return '';
  }
}
