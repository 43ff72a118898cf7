import { WireFailure } from '../call/wire-failure.js';
import type { ControlClient } from './control-client.js';

const END_TIMEOUT_MS = 2000;

/** Ends a session on the server. Resolves to the status of the answer, or `none`; never rejects. @param headers flat list with its id */
export async function endSession(side: ControlClient, headers: readonly string[]): Promise<string> {
  try {
    const { status } = await side.send({ method: 'DELETE', headers, timeoutMs: END_TIMEOUT_MS });
    return String(status);
  } catch (error) {
    const status = error instanceof WireFailure ? error.details.status : undefined;
    return status === undefined ? 'none' : String(status);
  }
}
