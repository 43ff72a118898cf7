import type { CallAnswer, CallStart, CancelCall } from '../driver.js';
import type { CompiledRule } from '../protocol/classify.js';
import type { ClientReplies } from './client-replies.js';
import type { Clock } from './clock.js';

/** One request of a logical call. */
export interface Round {
  /** Members that are put behind `_meta` in the parameters, each with a comma before it. */
  readonly extra: string;
  /** A request about a task instead of the call itself. */
  readonly task?: { readonly method: 'tasks/get' | 'tasks/update' | 'tasks/cancel'; readonly taskId: string };
}

/** What a logical call needs of its driver. */
export interface RoundParts {
  readonly clock: Clock;
  readonly replies: ClientReplies;
  readonly rules: readonly CompiledRule[];
  redact(text: string): string;
  /** How the server told what became of a call that was cancelled. */
  cancelTold(how: 'stopped' | 'answered' | 'untold'): void;
  send(call: CallStart, round: Round, timeoutMs: number, done: (answer: CallAnswer) => void): CancelCall;
}
