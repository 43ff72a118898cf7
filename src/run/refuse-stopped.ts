import { PlimsollError } from '../errors/plimsoll-error.js';

/** @throws PlimsollError with exit code 130 or 143 when the user has asked for an end. */
export function refuseStopped(stop: AbortSignal): void {
  if (!stop.aborted) return;
  throw new PlimsollError('stopped before the load started', stop.reason === 'terminated' ? 'terminated' : 'interrupted');
}
