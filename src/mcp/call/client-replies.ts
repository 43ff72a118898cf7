import type { ClientReply, ClientSide, DelayLaw } from '../../scenario/client.js';
import { isObject } from '../protocol/rpc-answer.js';
import { schemaCheck } from '../protocol/tool-schema.js';

/** Identifier of the tasks extension of 2026-07-28. */
const TASKS = 'io.modelcontextprotocol/tasks';

/** A reply ready to be sent after its delay. */
export interface DueReply {
  readonly result: ClientReply['result'];
  readonly delayMs: number;
}

/** What the client side of a scenario answers to requests of the server, with delays drawn from their laws. */
export class ClientReplies {
  readonly #replies: ReadonlyMap<string, ClientReply>;
  readonly #random: () => number;
  readonly #schemas = new RequestedSchemas();
  readonly tasks: boolean;
  readonly progress: boolean;

  /** @param random numbers in [0, 1) */
  constructor(client: ClientSide, random: () => number) {
    const { sampling, elicitation, roots } = client;
    this.#replies = new Map(
      [
        ['sampling/createMessage', sampling] as const,
        ['elicitation/create', elicitation] as const,
        ['roots/list', roots] as const,
      ].flatMap(([method, reply]) => (reply === undefined ? [] : [[method, reply] as const])),
    );
    this.#random = random;
    this.tasks = client.tasks;
    this.progress = client.progress;
  }

  /** Why the reply to a method is none to what was asked; undefined when it is one, or there is none at all. */
  unfit(method: unknown, params: unknown): string | undefined {
    const reply = method === 'elicitation/create' ? this.#replies.get(method) : undefined;
    return reply && this.#schemas.unfit(params, reply.result);
  }

  /** The reply to a method; undefined when the scenario has none. */
  to(method: unknown): DueReply | undefined {
    const reply = typeof method === 'string' ? this.#replies.get(method) : undefined;
    return reply && { result: reply.result, delayMs: drawMs(reply.delay, this.#random()) };
  }
}

/** Schemas that are kept compiled; a server has few. */
const MOST_SCHEMAS = 64;

/** Checks what a scenario replies to `elicitation/create` against what the server asks for. */
class RequestedSchemas {
  readonly #verdicts = new Map<string, string | undefined>();

  /** @returns what is wrong, in a sentence; a schema that is none cannot refuse anything */
  unfit(params: unknown, { action, content }: ClientReply['result']): string | undefined {
    const schema = isObject(params) ? params.requestedSchema : undefined;
    if (action !== 'accept' || !isObject(schema)) return undefined;
    const key = JSON.stringify(schema);
    if (this.#verdicts.has(key)) return this.#verdicts.get(key);
    let verdict: string | undefined;
    try {
      verdict = schemaCheck(schema)(content ?? {});
    } catch {
      verdict = undefined;
    }
    if (this.#verdicts.size >= MOST_SCHEMAS) this.#verdicts.clear();
    this.#verdicts.set(key, verdict);
    return verdict;
  }
}

/** Capabilities that go with the replies: nothing is declared that would not be answered. */
export function capabilitiesOf(client: ClientSide | undefined, modern: boolean): Readonly<Record<string, object>> {
  if (client === undefined) return {};
  return {
    ...(client.sampling === undefined ? {} : { sampling: {} }),
    ...(client.elicitation === undefined ? {} : { elicitation: {} }),
    ...(client.roots === undefined ? {} : { roots: {} }),
    ...(modern && client.tasks ? { extensions: { [TASKS]: {} } } : {}),
  };
}

/** A delay by inversion of its law. @param chance in [0, 1) */
export function drawMs(delay: DelayLaw, chance: number): number {
  switch (delay.law) {
    case 'constant':
      return delay.ms;
    case 'uniform':
      return delay.fromMs + (delay.toMs - delay.fromMs) * chance;
    case 'exponential':
      return -Math.log(1 - chance) * delay.meanMs;
  }
}

/** Numbers in [0, 1) from a seed: mulberry32 (public domain, Tommy Ettinger). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
