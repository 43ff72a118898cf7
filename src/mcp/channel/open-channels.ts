import type { StreamCounts } from '../call/stream-counts.js';
import type { MessageSession } from './message-session.js';

/** The channels of one endpoint with what is counted of them; each is a stream where streams are counted. */
export class OpenChannels {
  /** Channels that were opened, or tried. */
  opened = 0;
  readonly #streams: StreamCounts | undefined;
  readonly #sessions = new Set<MessageSession>();
  readonly #standing = new Set<MessageSession>();
  /** Calls that were carried by channels that are gone, but for the first of each. */
  #carried = 0;

  constructor(streams: StreamCounts | undefined) {
    this.#streams = streams;
  }

  /** Every session whose channel is there, those that are being opened or ended included. */
  all(): readonly MessageSession[] {
    return [...this.#sessions];
  }

  /** Calls sent on a channel that had carried one before. */
  get reused(): number {
    let sum = this.#carried;
    for (const { channel } of this.#sessions) sum += Math.max(0, channel.carried - 1);
    return sum;
  }

  add(session: MessageSession): void {
    this.#sessions.add(session);
    this.opened++;
  }

  /** Opens the channel of a session. @throws WireFailure when it does not come to stand */
  async open(session: MessageSession): Promise<void> {
    await session.channel.open(session);
    this.#standing.add(session);
    if (this.#streams === undefined) return;
    this.#streams.open += 1;
    this.#streams.opened += 1;
  }

  /** It broke off without our doing. */
  lost(session: MessageSession): void {
    if (this.#streams !== undefined && this.#standing.has(session)) this.#streams.lost += 1;
  }

  async end(session: MessageSession): Promise<void> {
    if (this.#standing.delete(session) && this.#streams !== undefined) this.#streams.open -= 1;
    await session.close();
    if (this.#sessions.delete(session)) this.#carried += Math.max(0, session.channel.carried - 1);
  }
}
