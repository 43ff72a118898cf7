import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { ClientSide } from '../scenario/client.js';
import { capabilitiesOf } from './client-replies.js';
import { type EraVerdict, eraOfDiscovery } from './era-probe.js';
import { FIRST_CALL_ID, type MessageSession } from './message-session.js';
import { MessageTransport } from './message-transport.js';
import { MODERN_VERSION, modernMeta } from './modern-envelope.js';
import { SdkPeer } from './sdk-client.js';
import { WireFailure } from './wire-failure.js';

const DISCOVER_ID = FIRST_CALL_ID - 1;
/** A legacy server may leave a request that it does not know unanswered. */
const DISCOVER_TIMEOUT_MS = 3000;

export interface MessageHandshakeOptions {
  /** The endpoint in messages. */
  readonly label: string;
  readonly timeoutMs: number;
  readonly clientInfo: { readonly name: string; readonly version: string };
  readonly client: ClientSide | undefined;
}

/** How sessions on message channels begin: which era the server speaks, and the handshake of that era. */
export class MessageHandshake {
  readonly #options: MessageHandshakeOptions;
  /** Negotiated revision. */
  version = MODERN_VERSION;

  constructor(options: MessageHandshakeOptions) {
    this.#options = options;
  }

  /** Asks a server of either era what it is. Silence and any error but those of the modern era mean legacy. */
  async probe(session: MessageSession): Promise<EraVerdict> {
    const { clientInfo, timeoutMs, label } = this.#options;
    const params = { _meta: modernMeta(clientInfo) };
    const text = JSON.stringify({ jsonrpc: '2.0', id: DISCOVER_ID, method: 'server/discover', params });
    try {
      return eraOfDiscovery(await session.ask(DISCOVER_ID, text, Math.min(timeoutMs, DISCOVER_TIMEOUT_MS)), label);
    } catch (error) {
      if (!(error instanceof WireFailure)) throw error;
      const how = session.lost ? 'the server ended at' : 'no answer came to';
      return { era: 'legacy', probe: `${how} server/discover: initialize is used` };
    }
  }

  /** Legacy: `initialize` and `notifications/initialized`. Modern: nothing is sent. */
  async make(session: MessageSession, { era, offer }: EraVerdict): Promise<SdkPeer> {
    const { clientInfo, timeoutMs, label, client } = this.#options;
    session.era = era;
    const transport = new MessageTransport({ session, era, timeoutMs, clientInfo, ...(offer === undefined ? {} : { offer }) });
    const peer = new SdkPeer(transport, clientInfo, timeoutMs, capabilitiesOf(client, era === 'modern'));
    await peer.connect();
    if (era === 'legacy') {
      this.version = transport.protocolVersion ?? '2024-11-05';
      if (offer !== undefined && this.version !== offer)
        throw new PlimsollError(
          `${label} answered initialize with the revision ${this.version}, the scenario asks for ${offer}`,
          EXIT.target,
          { hint: `set target.protocol to ${this.version} or to legacy` },
        );
    }
    return peer;
  }

  /** What each call carries in `_meta`. */
  meta(era: EraVerdict['era']): Readonly<Record<string, unknown>> {
    const { clientInfo, client } = this.#options;
    return era === 'modern' ? modernMeta(clientInfo, capabilitiesOf(client, true)) : {};
  }
}
