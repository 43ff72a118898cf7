import { PlimsollError } from '../../errors/plimsoll-error.js';
import { checkedOnDoubt, checkedRetries } from '../../run/attempts/doubt-settings.js';
import { DEFAULT_WAIT_QUIET_MS } from '../../run/quiet/quiet-watch.js';
import { parseDuration } from '../../scenario/file/units.js';

/** `--retries`. @throws PlimsollError with exit code 2. */
export const retriesOf = (flag: string | undefined): number =>
  flag === undefined ? 0 : checkedRetries(/^\d+$/.test(flag) ? Number(flag) : undefined, `--retries ${flag}`);

/** `--on-doubt`. @throws PlimsollError with exit code 2. */
export const onDoubtOf = (flag: string | undefined): 'fail' | 'warn' =>
  flag === undefined ? 'fail' : checkedOnDoubt(flag, `--on-doubt ${flag}`);

/** `--wait-quiet` in milliseconds. @throws PlimsollError with exit code 2. */
export function waitQuietOf(flag: string | undefined): number {
  if (flag === undefined) return DEFAULT_WAIT_QUIET_MS;
  const ms = flag === '0' ? 0 : parseDuration(flag);
  if (ms !== undefined) return ms;
  throw new PlimsollError(`--wait-quiet ${flag}: accepted: a duration such as 60s, or 0 for no wait`, 'usage');
}
