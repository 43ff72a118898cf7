import { PlimsollError } from '../../errors/plimsoll-error.js';

/** More would only be another word for "until it passes". */
const MOST_RETRIES = 10;

/** How often a run in doubt is repeated at most. @param name what the error calls it @throws PlimsollError with exit code 2. */
export function checkedRetries(retries: unknown, name: string): number {
  if (Number.isInteger(retries) && (retries as number) >= 0 && (retries as number) <= MOST_RETRIES) return retries as number;
  throw new PlimsollError(`${name}: accepted: a whole number from 0 to ${MOST_RETRIES}`, 'usage');
}

/** What an outcome in doubt costs. @param name what the error calls it @throws PlimsollError with exit code 2. */
export function checkedOnDoubt(onDoubt: unknown, name: string): 'fail' | 'warn' {
  if (onDoubt === 'fail' || onDoubt === 'warn') return onDoubt;
  throw new PlimsollError(`${name}: accepted: fail or warn`, 'usage');
}
