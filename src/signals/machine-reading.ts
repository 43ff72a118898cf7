import { cpus } from 'node:os';
import { listProcesses, type MachineTicks, type ProcStat, readMachineTicks } from './proc-files.js';

/** CPU time of the machine and of each of its processes that can be seen, at one moment. */
export interface MachineReading {
  readonly ticks: MachineTicks;
  /** Whose time the ticks count. */
  readonly cores: number;
  readonly processes: readonly ProcStat[];
}

/** Undefined where there is no /proc/stat. */
export function readMachine(): MachineReading | undefined {
  const ticks = readMachineTicks();
  return ticks === undefined ? undefined : { ticks, cores: Math.max(1, cpus().length), processes: listProcesses() };
}
