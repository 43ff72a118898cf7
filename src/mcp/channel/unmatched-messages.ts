import type { WireOwner } from '../call/wire-call.js';
import { envelopeViolation } from '../protocol/rpc-answer.js';
import type { AbandonedCalls } from './abandoned-calls.js';
import type { MessageCall } from './message-call.js';

/** A message as it was read. */
export interface ReadMessage {
  readonly text: string;
  readonly bytes: number;
  readonly firstMs: number;
  readonly nowMs: number;
}

const NOISE_LENGTH = 200;

/** A JSON-RPC id as the number that we sent; texts of numbers are taken for them. */
export function numberOf(id: unknown): unknown {
  return typeof id === 'string' && /^(0|[1-9]\d{0,15})$/.test(id) ? Number(id) : id;
}

/** What a server sends that is an answer to no call by its form: it spoils the call that it can only be meant for, else it is counted. */
export class UnmatchedMessages {
  /** Start of the first thing that the server sent and that is no JSON. */
  noise: string | undefined;
  readonly #owner: WireOwner;
  readonly #calls: ReadonlyMap<number, MessageCall>;
  readonly #abandoned: AbandonedCalls;
  readonly #issued: (id: number) => boolean;

  /** @param issued whether this driver has used the id for a call */
  constructor(
    owner: WireOwner,
    calls: ReadonlyMap<number, MessageCall>,
    abandoned: AbandonedCalls,
    issued: (id: number) => boolean,
  ) {
    this.#owner = owner;
    this.#calls = calls;
    this.#abandoned = abandoned;
    this.#issued = issued;
  }

  /** The call that is alone in flight. */
  only(): MessageCall | undefined {
    if (this.#calls.size !== 1) return undefined;
    const [call] = this.#calls.values();
    return call;
  }

  /** An answer to nothing that is in flight. */
  foreign(message: Readonly<Record<string, unknown>>, { text, bytes, firstMs, nowMs }: ReadMessage): void {
    const id = numberOf(message.id);
    if (typeof id === 'number' && this.#issued(id)) {
      this.#abandoned.heard(id, message.result === undefined);
      return;
    }
    this.#owner.warn('unknown-id');
    const only = this.only();
    only?.spoiled(
      'protocol-violation',
      `${envelopeViolation(message, only.id) ?? 'not an answer'}: ${text}`,
      bytes,
      firstMs,
      nowMs,
    );
  }

  /** JSON that is no answer by its form: it can only be meant for the call that is alone. */
  strange(message: unknown, { text, bytes, firstMs, nowMs }: ReadMessage): void {
    const only = this.only();
    if (only !== undefined) only.answered(message, text, bytes, firstMs, nowMs);
    else this.#owner.warn('message-without-id');
  }

  /** No JSON. What begins like a message spoils the call that it names, or the one that is alone; the rest is a line printed to the wrong place. */
  unreadable({ text, bytes, firstMs, nowMs }: ReadMessage): void {
    if (text.trim() === '') return;
    this.noise ??= text.slice(0, NOISE_LENGTH);
    if (!text.trimStart().startsWith('{') || !text.includes('"jsonrpc"')) {
      this.#owner.warn('stdout-pollution');
      return;
    }
    const named = /"id"\s*:\s*"?(\d{1,16})"?\s*[,}]/.exec(text.slice(0, 1000))?.[1];
    const call = (named === undefined ? undefined : this.#calls.get(Number(named))) ?? this.only();
    if (call === undefined) this.#owner.warn('malformed-message');
    else call.spoiled('malformed', `an answer that is not JSON: ${text.slice(0, NOISE_LENGTH)}`, bytes, firstMs, nowMs);
  }
}
