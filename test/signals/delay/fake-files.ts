import type { SystemFiles } from '../../../src/signals/system-files.js';

/** A process of a made machine. Times in milliseconds. */
export interface MadeProcess {
  parent?: number;
  group?: number;
  name?: string;
  ranMs?: number;
  /** CPU of its children that have ended. */
  endedMs?: number;
  /** Threads: how long each ran and waited for a core; undefined: another's, whose figures cannot be read. */
  threads?: Record<number, readonly [ranMs: number, waitedMs: number, turns?: number]> | undefined;
  /** Inodes of its sockets; undefined: we may not look. */
  sockets?: readonly number[] | undefined;
  cgroup?: string;
}

/** A machine as its files tell of it, made for a test. */
export class FakeFiles implements SystemFiles {
  readonly processes = new Map<number, MadeProcess>();
  /** Listening sockets: inode -> port. */
  readonly listening = new Map<number, number>();
  readonly files = new Map<string, string>();
  held = 0;
  /** Files read since the start. */
  reads = 0;

  /** Ticks of /proc/stat: 100 a second for each core. */
  setTicks({ busy, idle, steal = 0 }: { busy: number; idle: number; steal?: number }): void {
    this.files.set('/proc/stat', `cpu  ${busy} 0 0 ${idle} 0 0 0 ${steal} 0 0\n`);
  }

  readonly text = (path: string): string | undefined => {
    this.reads += 1;
    if (this.files.has(path)) return this.files.get(path);
    if (path === '/proc/net/tcp') return this.#sockets();
    const [, , pidText = '', kind, tid, file] = path.split('/');
    const one = this.processes.get(Number(pidText));
    if (one === undefined) return undefined;
    if (kind === 'cgroup') return one.cgroup;
    if (kind === 'stat') return statLine(Number(pidText), one);
    if (kind !== 'task' || file !== 'schedstat') return undefined;
    const times = one.threads?.[Number(tid)];
    return times === undefined ? undefined : `${times[0] * 1e6} ${times[1] * 1e6} ${times[2] ?? 0}\n`;
  };

  names(folder: string): readonly string[] {
    if (folder === '/proc') return ['self', 'stat', ...[...this.processes.keys()].map(String)];
    const [, , pidText, kind] = folder.split('/');
    const one = this.processes.get(Number(pidText));
    if (kind === 'task') return Object.keys(one?.threads ?? {});
    if (kind === 'fd') return (one?.sockets ?? []).map(String);
    return [];
  }

  link(path: string): string | undefined {
    const [, , , kind, name] = path.split('/');
    return kind === 'fd' ? `socket:[${name}]` : undefined;
  }

  hold(path: string): { read(): string | undefined; close(): void } | undefined {
    if (this.text(path) === undefined) return undefined;
    this.held += 1;
    return {
      read: () => this.text(path),
      close: () => {
        this.held -= 1;
      },
    };
  }

  #sockets(): string {
    const lines = [...this.listening].map(
      ([inode, port], at) => `${at}: 0100007F:${port.toString(16)} 00000000:0000 0A 0:0 0:0 0 0 0 ${inode} 1 0 100 0 0 10 0`,
    );
    return ['  sl  local_address', ...lines].join('\n');
  }
}

/** Fields of /proc/PID/stat from the state on: parent, group, and CPU times in ticks of 10 ms. */
function statLine(pid: number, { parent = 1, group = pid, name = 'node', ranMs = 0, endedMs = 0, threads }: MadeProcess): string {
  const fields = [
    'S',
    parent,
    group,
    ...Array(8).fill(0),
    ranMs / 10,
    0,
    endedMs / 10,
    0,
    20,
    0,
    Object.keys(threads ?? {}).length,
  ];
  return `${pid} (${name}) ${fields.join(' ')} 0 0`;
}
