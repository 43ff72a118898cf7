import { askText } from '../protocol/ask-in-vain.js';
import { isObject } from '../protocol/rpc-answer.js';
import type { ClientReplies, DueReply } from './client-replies.js';

/** What the scenario replies to each request of one round of input. */
export class InputRequests {
  readonly #replies = new Map<string, DueReply>();
  /** Why it cannot reply; absent: it can. */
  readonly unanswered: string | undefined;

  /** @param skip keys of requests that have been replied to */
  constructor(requests: unknown, replies: ClientReplies, skip: ReadonlySet<string> = new Set()) {
    if (!isObject(requests)) return;
    for (const [key, request] of Object.entries(requests)) {
      if (skip.has(key)) continue;
      const method = isObject(request) ? request.method : undefined;
      const reply = replies.to(method);
      const unfit = replies.unfit(method, isObject(request) ? request.params : undefined);
      if (reply === undefined || unfit !== undefined) {
        this.unanswered = askText({ method, unfit });
        return;
      }
      this.#replies.set(key, reply);
    }
  }

  keys(): readonly string[] {
    return [...this.#replies.keys()];
  }

  /** All are answered together, after the longest of their delays. */
  get delayMs(): number {
    return [...this.#replies.values()].reduce((most, { delayMs }) => Math.max(most, delayMs), 0);
  }

  /** The member of the parameters, with a comma before it; empty without requests. */
  get member(): string {
    if (this.#replies.size === 0) return '';
    return `,"inputResponses":${JSON.stringify(Object.fromEntries([...this.#replies].map(([key, { result }]) => [key, result])))}`;
  }
}
