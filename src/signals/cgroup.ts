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
export const readThrottledS = (read: ReadText = readText): number | undefined => findThrottling(read)?.();

/** Looks for what tells it once. @returns a reading of it, as `readThrottledS`; undefined where nothing tells it */
export function findThrottling(read: ReadText = readText): (() => number | undefined) | undefined {
  const own = cpuCgroups(read('/proc/self/cgroup'));
  const v2 = ancestors(own.v2).map((path) => readingOf(join(ROOT, path, 'cpu.stat'), /^throttled_usec (\d+)$/m, 1e6));
  const v1 = ancestors(own.v1).flatMap((path) =>
    ['cpu', 'cpu,cpuacct'].map((mount) => readingOf(join(ROOT, mount, path, 'cpu.stat'), /^throttled_time (\d+)$/m, 1e9)),
  );
  for (const found of [v2, v1]) {
    const known = found.filter((reading) => reading(read) !== undefined);
    if (known.length > 0) return () => Math.max(...known.map((reading) => reading(read) ?? 0));
  }
  return undefined;
}

/** A figure of a file, in seconds. */
const readingOf =
  (path: string, figure: RegExp, perSecond: number) =>
  (read: ReadText): number | undefined => {
    const text = figure.exec(read(path) ?? '')?.[1];
    return text === undefined ? undefined : Number(text) / perSecond;
  };

/** The cgroups, of either version, that limit the CPU of a process, as its /proc/PID/cgroup names them; the root where it names none. */
function cpuCgroups(text = ''): { readonly v2: string; readonly v1: string } {
  const lines = text.split('\n').map((line) => line.split(':'));
  const path = (wanted: (controllers: string) => boolean): string =>
    lines
      .find(([, controllers]) => controllers !== undefined && wanted(controllers))
      ?.slice(2)
      .join(':') ?? '/';
  return { v2: path((controllers) => controllers === ''), v1: path((controllers) => controllers.split(',').includes('cpu')) };
}

/** Whether what limits our CPU limits that of another process too: its cgroup is ours or below it. Both as /proc/PID/cgroup has them. Pure. */
export function sharesLimits(own: string | undefined, other: string | undefined): boolean {
  if (own === undefined || other === undefined) return false;
  const [ours, theirs] = [cpuCgroups(own), cpuCgroups(other)];
  return isBelow(ours.v2, theirs.v2) && isBelow(ours.v1, theirs.v1);
}

/** A path that leads out of the namespace of the reader is below nothing in it. */
const isBelow = (upper: string, lower: string): boolean =>
  !lower.startsWith('/..') && (lower === upper || lower.startsWith(upper.endsWith('/') ? upper : `${upper}/`));

/** A cgroup and all above it. */
function ancestors(path: string): readonly string[] {
  const all = [path];
  for (let at = path; at !== '/' && at !== '.' && at !== ''; ) {
    at = dirname(at);
    all.push(at);
  }
  return all;
}
