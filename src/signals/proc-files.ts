import type { ListedProcess } from './process-tree.js';
import { type SystemFiles, systemFiles } from './system-files.js';

/** Clock ticks a second in /proc: 100 on every Linux that Node runs on. */
const TICKS_PER_S = 100;

/** What /proc/PID/stat tells. */
export interface ProcStat extends ListedProcess {
  /** Of the program, cut to 15 characters by the system. */
  readonly name: string;
  /** User and system CPU time, in seconds. */
  readonly cpuS: number;
  /** The same of children that have ended and were waited for. */
  readonly waitedCpuS: number;
  readonly threads: number;
}

/** Reads a line of /proc/PID/stat. The name in brackets may hold blanks and brackets, so fields are counted from its last bracket. */
export function parseProcStat(line: string): ProcStat | undefined {
  const close = line.lastIndexOf(')');
  const pid = Number.parseInt(line, 10);
  const fields = line.slice(close + 2).split(' ');
  const number = (field: number): number => Number(fields[field - 3]);
  const figures = {
    pid,
    parent: number(4),
    group: number(5),
    cpuS: (number(14) + number(15)) / TICKS_PER_S,
    waitedCpuS: (number(16) + number(17)) / TICKS_PER_S,
    threads: number(20),
  };
  if (close < 0 || Object.values(figures).some((value) => !Number.isFinite(value))) return undefined;
  return { ...figures, name: line.slice(line.indexOf('(') + 1, close) };
}

export const readProcStat = (pid: number, files: SystemFiles = systemFiles): ProcStat | undefined => {
  const line = files.text(`/proc/${pid}/stat`);
  return line === undefined ? undefined : parseProcStat(line);
};

/** Resident memory as /proc/PID/status has it, in bytes (the pages of /proc/PID/stat are not of one size everywhere). */
export function parseRssBytes(status: string): number | undefined {
  const kiB = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kiB === undefined ? undefined : Number(kiB) * 1024;
}

export const readRssBytes = (pid: number): number | undefined => parseRssBytes(systemFiles.text(`/proc/${pid}/status`) ?? '');

/** All processes of the machine; empty where there is no /proc. */
export function listProcesses(files: SystemFiles = systemFiles): readonly ProcStat[] {
  return files.names('/proc').flatMap((name) => (/^[0-9]+$/.test(name) ? (readProcStat(Number(name), files) ?? []) : []));
}

/** Open descriptors of a process; undefined where we may not look, since a process has some. */
export function countDescriptors(pid: number): number | undefined {
  const { length } = systemFiles.names(`/proc/${pid}/fd`);
  return length === 0 ? undefined : length;
}

/** CPU time of the whole machine since boot, in ticks. */
export interface MachineTicks {
  readonly total: number;
  readonly idle: number;
  readonly steal: number;
}

/** Reads the first line of /proc/stat: user nice system idle iowait irq softirq steal (guest time is inside user). */
export function parseMachineTicks(text: string): MachineTicks | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith('cpu '));
  if (line === undefined) return undefined;
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  if (ticks.length < 8 || ticks.some((value) => !Number.isFinite(value))) return undefined;
  return {
    total: ticks.reduce((sum, value) => sum + value, 0),
    idle: (ticks[3] as number) + (ticks[4] as number),
    steal: ticks[7] as number,
  };
}

export const readMachineTicks = (files: SystemFiles = systemFiles): MachineTicks | undefined => {
  const text = files.text('/proc/stat');
  return text === undefined ? undefined : parseMachineTicks(text);
};
