import { machineTrouble } from './machine-trouble.js';
import { PlimsollError } from './plimsoll-error.js';

/** Whatever was thrown as an error for the user; undefined where nobody foresaw it, which is a bug. */
export function knownError(error: unknown): PlimsollError | undefined {
  if (error instanceof PlimsollError) return error;
  const machine = machineTrouble(error);
  if (machine !== undefined) return new PlimsollError(machine, 'machine', { cause: error });
  const missing = missingFile(error);
  return missing === undefined ? undefined : new PlimsollError(missing, 'usage', { cause: error });
}

const WRONG_PATH: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of this path is a file, not a folder',
  EISDIR: 'a folder where a file is expected',
  EEXIST: 'there is something of that name already',
  ENOTEMPTY: 'the folder is not empty',
  ENAMETOOLONG: 'the name is too long for this file system',
  ELOOP: 'links that lead to one another',
};

/** A path that somebody named and that is none. */
function missingFile(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  const text = code === undefined || path === undefined || syscall === undefined ? undefined : WRONG_PATH[code];
  return text === undefined ? undefined : `${text}: ${path}`;
}
