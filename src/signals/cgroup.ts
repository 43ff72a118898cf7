import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = '/sys/fs/cgroup';

type ReadText = (path: string) => string | undefined;

const readText: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/**
 * Seconds for which CPU limits have held us back since our cgroup was made (cgroup v2, then v1). A limit may stand on any cgroup above
 * ours; the one that held back most is told, because their times overlap. Undefined where it cannot be read.
 * @param read for tests
 */
export function readThrottledS(read: ReadText = readText): number | undefined {
  const lines = (read('/proc/self/cgroup') ?? '').split('\n');
  const own = (wanted: (controllers: string) => boolean): string => {
    const line = lines.map((text) => text.split(':')).find(([, controllers = '']) => wanted(controllers));
    return line === undefined ? '/' : line.slice(2).join(':');
  };
  const v2 = ancestors(own((controllers) => controllers === '')).map((path) => {
    const usec = /^throttled_usec (\d+)$/m.exec(read(join(ROOT, path, 'cpu.stat')) ?? '')?.[1];
    return usec === undefined ? undefined : Number(usec) / 1e6;
  });
  const v1 = ancestors(own((controllers) => controllers.split(',').includes('cpu'))).flatMap((path) =>
    ['cpu', 'cpu,cpuacct'].map((mount) => {
      const nsec = /^throttled_time (\d+)$/m.exec(read(join(ROOT, mount, path, 'cpu.stat')) ?? '')?.[1];
      return nsec === undefined ? undefined : Number(nsec) / 1e9;
    }),
  );
  for (const found of [v2, v1]) {
    const known = found.filter((seconds) => seconds !== undefined);
    if (known.length > 0) return Math.max(...known);
  }
  return undefined;
}

/** A cgroup and all above it. */
function ancestors(path: string): readonly string[] {
  const all = [path];
  for (let at = path; at !== '/' && at !== '.' && at !== ''; ) {
    at = dirname(at);
    all.push(at);
  }
  return all;
}
