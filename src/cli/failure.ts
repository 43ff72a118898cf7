import { EXIT, type ExitCode } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { Console } from './console.js';
import { packageVersion } from './version.js';

/** Says on stderr what went wrong. @returns the exit code that it stands for. */
export function reportFailure(error: unknown, console: Console): ExitCode {
  if (error instanceof PlimsollError) {
    console.err(`plimsoll: ${error.message}`);
    if (error.details.hint !== undefined) console.err(`  hint: ${error.details.hint}`);
    return error.exitCode;
  }
  const machine = machineTrouble(error);
  if (machine !== undefined) {
    console.err(`plimsoll: ${machine}`);
    return EXIT.machine;
  }
  console.err(`plimsoll: this is a bug in plimsoll ${packageVersion()} (Node ${process.version})`);
  console.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.internalError;
}

const MACHINE_TROUBLE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'a file may not grow any further (file size limit)',
  EMFILE: 'this process is out of file descriptors (see ulimit -n)',
  ENFILE: 'this machine is out of file descriptors',
  EROFS: 'the file system is read-only',
  EACCES: 'not permitted',
  EPERM: 'not permitted',
};

/** What the machine refused, when that is what the error says. */
export function machineTrouble(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path } = error as NodeJS.ErrnoException;
  const text = code === undefined ? undefined : MACHINE_TROUBLE[code];
  return text === undefined ? undefined : `${text}${path === undefined ? '' : `: ${path}`}`;
}
