import type { ClientReply, ClientSide, DelayLaw } from '../scenario/client.js';

/** Identifier of the tasks extension of 2026-07-28. */
export const TASKS = 'io.modelcontextprotocol/tasks';

/** A reply ready to be sent after its delay. */
export interface DueReply {
  readonly result: ClientReply['result'];
  readonly delayMs: number;
}

/** What the client side of a scenario answers to requests of the server, with delays drawn from their laws. */
export class ClientReplies {
  readonly #replies: ReadonlyMap<string, ClientReply>;
  readonly #random: () => number;
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

  /** The reply to a method; undefined when the scenario has none. */
  to(method: unknown): DueReply | undefined {
    const reply = typeof method === 'string' ? this.#replies.get(method) : undefined;
    return reply && { result: reply.result, delayMs: drawMs(reply.delay, this.#random()) };
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
