import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { DEFAULT_WAIT_QUIET_MS } from '../../run/quiet/quiet-watch.js';
import { parseDuration } from '../../scenario/file/units.js';

/** `--wait-quiet` in milliseconds. @throws PlimsollError with exit code 2. */
export function waitQuietOf(flag: string | undefined): number {
  if (flag === undefined) return DEFAULT_WAIT_QUIET_MS;
  const ms = flag === '0' ? 0 : parseDuration(flag);
  if (ms !== undefined) return ms;
  throw new PlimsollError(`--wait-quiet ${flag}: accepted: a duration such as 60s, or 0 for no wait`, EXIT.usage);
}
