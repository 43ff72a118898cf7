import { isObject } from '../protocol/rpc-answer.js';

/**
 * What an answer to a call that was cancelled tells of it: a result means that its work went on to its end, an error that the server gave it
 * up. Undefined: nothing, as by a priming event, a request of the server or the rest of a message.
 */
export function cancelOutcome(text: string): 'answered' | 'stopped' | undefined {
  try {
    const message: unknown = JSON.parse(text);
    if (!isObject(message)) return undefined;
    if (message.result !== undefined) return 'answered';
    return message.error === undefined ? undefined : 'stopped';
  } catch {
    return undefined;
  }
}
