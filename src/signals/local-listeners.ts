import { type SystemFiles, systemFiles } from './system-files.js';

const LISTEN = '0A';

/** Sockets that listen on one of these ports, each inode with its port, from a page of /proc/net/tcp. Pure. */
export function listeningInodes(page: string, ports: ReadonlySet<number>): readonly (readonly [inode: string, port: number])[] {
  return page
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      const port = Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16);
      return state === LISTEN && ports.has(port) ? [[inode, port] as const] : [];
    });
}

/** By port the processes of this machine that listen on it, as far as they can be seen (Linux, our own user or root). */
export function listenersByPort(
  ports: ReadonlySet<number>,
  files: SystemFiles = systemFiles,
): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  if (ports.size === 0) return found;
  const inodes = new Map(['tcp', 'tcp6'].flatMap((table) => listeningInodes(files.text(`/proc/net/${table}`) ?? '', ports)));
  if (inodes.size === 0) return found;
  for (const name of files.names('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue;
    for (const port of portsOf(name, inodes, files)) found.set(port, [...(found.get(port) ?? []), Number(name)]);
  }
  return found;
}

/** Processes of this machine that listen on one of these ports, as far as they can be seen. */
export const listenersOn = (ports: ReadonlySet<number>): readonly number[] => [
  ...new Set([...listenersByPort(ports).values()].flat()),
];

function portsOf(pid: string, inodes: ReadonlyMap<string, number>, files: SystemFiles): ReadonlySet<number> {
  const folder = `/proc/${pid}/fd`;
  return new Set(
    files.names(folder).flatMap((name) => {
      const inode = /^socket:\[(\d+)\]$/.exec(files.link(`${folder}/${name}`) ?? '')?.[1];
      return inode === undefined ? [] : (inodes.get(inode) ?? []);
    }),
  );
}
