import type { Json } from './file/json.js';

/** How long a reply of ours takes. */
export type DelayLaw =
  | { readonly law: 'constant'; readonly ms: number }
  | { readonly law: 'uniform'; readonly fromMs: number; readonly toMs: number }
  | { readonly law: 'exponential'; readonly meanMs: number };

export interface ClientReply {
  /** The result as it goes over the wire. */
  readonly result: { readonly [key: string]: Json };
  readonly delay: DelayLaw;
}

/** What plimsoll can do when the server asks its client. */
export interface ClientSide {
  readonly sampling?: ClientReply;
  readonly elicitation?: ClientReply;
  readonly roots?: ClientReply;
  /** Declares the tasks extension. */
  readonly tasks: boolean;
  /** Asks for progress of every call. */
  readonly progress: boolean;
}
