import { type CpuReading, coresBetween } from '../../signals/cpu-use.js';
import type { MachineReading } from '../../signals/machine-reading.js';
import type { ProcStat } from '../../signals/proc-files.js';
import { familyOf } from '../../signals/process-tree.js';
import { amountText, nounFor } from '../../text/figure-text.js';

/** Share of the machine's CPU that others may use for a machine to be called quiet. */
const QUIET_SHARE = 0.25;
const NAMED = 3;
/** A process that used less is not worth its name, in cores. */
const LEAST_NAMED = 0.05;
const TICKS_PER_S = 100;

/** CPU that programs used which have no part in the run, in cores. Stolen time counts: another machine took it. */
export interface OthersUse {
  readonly cores: number;
  /** Of the machine. */
  readonly ofCores: number;
  /** The busiest three, those of one name summed. Empty where none can be seen. */
  readonly busiest: readonly { readonly name: string; readonly cores: number }[];
}

/**
 * What others used between two readings: what the machine was busy with, less the processes of the run with all of their descendants.
 * @param ours processes of the run: plimsoll, the server under test, dependencies
 * @returns undefined for readings that are too close. Pure.
 */
export function othersUse(before: MachineReading, after: MachineReading, ours: readonly number[]): OthersUse | undefined {
  const total = after.ticks.total - before.ticks.total;
  const seconds = total / TICKS_PER_S / after.cores;
  if (seconds < 0.1) return undefined;
  const busyS = (total - (after.ticks.idle - before.ticks.idle)) / TICKS_PER_S;
  const [was, is] = [familiesOf(ours, before.processes), familiesOf(ours, after.processes)];
  const oursCores = coresBetween(reading(before.processes, was, 0), reading(after.processes, is, seconds * 1000)) ?? 0;
  const others = after.processes.filter(({ pid }) => !is.has(pid) && !was.has(pid));
  return {
    cores: Math.max(0, busyS / seconds - oursCores),
    ofCores: after.cores,
    busiest: busiest(before.processes, others, seconds),
  };
}

const familiesOf = (roots: readonly number[], all: readonly ProcStat[]): ReadonlySet<number> =>
  new Set(roots.flatMap((root) => familyOf(root, all)));

const reading = (all: readonly ProcStat[], members: ReadonlySet<number>, atMs: number): CpuReading => ({
  atMs,
  byPid: new Map(
    all.filter(({ pid }) => members.has(pid)).map(({ pid, cpuS, waitedCpuS }) => [pid, { ownS: cpuS, waitedS: waitedCpuS }]),
  ),
});

function busiest(before: readonly ProcStat[], others: readonly ProcStat[], seconds: number): OthersUse['busiest'] {
  const was = new Map(before.map(({ pid, cpuS }) => [pid, cpuS]));
  const byName = new Map<string, number>();
  for (const { pid, name, cpuS } of others) {
    const used = Math.max(0, cpuS - (was.get(pid) ?? 0)) / seconds;
    byName.set(name, (byName.get(name) ?? 0) + used);
  }
  return [...byName]
    .map(([name, cores]) => ({ name, cores }))
    .filter(({ cores }) => cores >= LEAST_NAMED)
    .sort((a, b) => b.cores - a.cores)
    .slice(0, NAMED);
}

/** Whether others leave enough of the machine. Pure. */
export const isQuiet = ({ cores, ofCores }: OthersUse): boolean => cores <= ofCores * QUIET_SHARE;

/** `other programs use 1.4 of 2 cores (stress 0.9, node 0.4)`. Pure. */
export function othersText({ cores, ofCores, busiest }: OthersUse): string {
  const named = busiest.map(({ name, cores: used }) => `${name} ${amountText(used)}`).join(', ');
  const seen = busiest.reduce((sum, { cores: used }) => sum + used, 0);
  const rest = seen < cores / 2 ? `${named === '' ? '' : ', '}most of it in programs that cannot be seen from here` : '';
  return `other programs use ${amountText(cores)} of ${amountText(ofCores)} ${nounFor(ofCores, 'core')} (${named}${rest})`;
}
