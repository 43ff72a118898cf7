// A CPU limit of half a core on a command and all that it starts, by a cgroup (v1 or v2) of its own. Needs root.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PERIOD_US = 100_000;
const QUOTA_US = PERIOD_US / 2;
const ROOT = '/sys/fs/cgroup';

/** @returns `{ wrap, throttledS, remove }`, or `{ skipped }` with the reason why there can be none. */
export function halfACore() {
  const v1 = ['cpu', 'cpu,cpuacct']
    .map((mount) => join(ROOT, mount))
    .find((mount) => existsSync(join(mount, 'cpu.cfs_quota_us')));
  const dir = join(v1 ?? ROOT, `plimsoll-bench-${process.pid}`);
  try {
    if (v1 === undefined) writeFileSync(join(ROOT, 'cgroup.subtree_control'), '+cpu');
    mkdirSync(dir);
    if (v1 === undefined) writeFileSync(join(dir, 'cpu.max'), `${QUOTA_US} ${PERIOD_US}`);
    else {
      writeFileSync(join(dir, 'cpu.cfs_period_us'), String(PERIOD_US));
      writeFileSync(join(dir, 'cpu.cfs_quota_us'), String(QUOTA_US));
    }
  } catch (error) {
    if (existsSync(dir)) rmdirSync(dir);
    return { skipped: `no cgroup with half a core (it takes root): ${error.message}` };
  }
  const throttled = () => {
    const text = readFileSync(join(dir, 'cpu.stat'), 'utf8');
    const [, nsec] = /^throttled_time (\d+)$/m.exec(text) ?? [];
    const [, usec] = /^throttled_usec (\d+)$/m.exec(text) ?? [];
    return nsec === undefined ? Number(usec ?? 0) / 1e6 : Number(nsec) / 1e9;
  };
  return {
    wrap: (command) => ['sh', '-c', `echo $$ > ${join(dir, 'cgroup.procs')} && exec "$@"`, 'sh', ...command],
    /** Seconds for which it was held back so far. */
    throttledS: throttled,
    remove: () => {
      try {
        rmdirSync(dir);
      } catch (error) {
        process.stderr.write(`the cgroup ${dir} is left: ${error.message}\n`);
      }
    },
  };
}
