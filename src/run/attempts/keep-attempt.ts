import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { isAttemptFolder } from '../run-folder.js';

/**
 * Moves what an attempt wrote into a folder of its own below, so that the next one may be written in its place.
 * @param index of the attempt, from 1
 * @returns the path of that folder
 * @throws PlimsollError with exit code 8 when the disk does not let it.
 */
export function keepAttempt(dir: string, index: number): string {
  const kept = join(dir, `attempt-${index}`);
  try {
    mkdirSync(kept);
    for (const name of readdirSync(dir)) if (!isAttemptFolder(name)) renameSync(join(dir, name), join(kept, name));
  } catch (cause) {
    throw new PlimsollError(`cannot keep attempt ${index} in ${kept}: ${(cause as Error).message}`, 'machine', { cause });
  }
  return kept;
}
