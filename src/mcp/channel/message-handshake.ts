import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { ClientSide } from '../../scenario/client.js';
import { compact } from '../../scenario/file/compact.js';
import { capabilitiesOf } from '../call/client-replies.js';
import type { EndpointOwner } from '../call/driver-core.js';
import { INITIALIZE_VERSION, SdkPeer } from '../call/sdk-client.js';
import { type SettledEra, settleEra } from '../call/settle-era.js';
import { WireFailure } from '../call/wire-failure.js';
import { EraInquiry } from '../protocol/era-inquiry.js';
import { type EraReading, type EraVerdict, readDiscovery, readInitialize } from '../protocol/era-reading.js';
import { MODERN_VERSION, modernMeta } from '../protocol/modern-envelope.js';
import { FIRST_CALL_ID, type MessageSession } from './message-session.js';
import { MessageTransport } from './message-transport.js';

const DISCOVER_ID = FIRST_CALL_ID - 1;
const INITIALIZE_ID = FIRST_CALL_ID - 2;
const READY_ID = FIRST_CALL_ID - 3;

export interface MessageHandshakeOptions {
  readonly owner: EndpointOwner;
  /** The endpoint in messages. */
  readonly label: string;
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

  /** Asks a server of either era what it is. @throws WireFailure without a proof in time, PlimsollError (exit code 6) */
  probe(session: MessageSession, limitMs: number): Promise<SettledEra> {
    const { owner, label } = this.#options;
    const { clock } = owner;
    return settleEra(new EraInquiry(limitMs, clock.now()), {
      clock,
      ask: async (question): Promise<EraReading | 'ended'> => {
        const [id, text] =
          question === 'initialize' ? [INITIALIZE_ID, this.#initialize()] : [DISCOVER_ID, this.#discover(DISCOVER_ID)];
        try {
          const answer = await session.ask(id, text);
          return question === 'initialize' ? readInitialize(answer, label) : readDiscovery(answer, label);
        } catch (error) {
          if (error instanceof WireFailure && session.lost) return 'ended';
          throw error;
        }
      },
    });
  }

  /** Modern, where no handshake tells it: waits until the server reads. Any answer will do. @throws WireFailure */
  async ready(session: MessageSession, timeoutMs: number): Promise<void> {
    await session.ask(READY_ID, this.#discover(READY_ID), timeoutMs);
  }

  /** Legacy: `initialize` and `notifications/initialized`. Modern: nothing is sent. */
  async make(session: MessageSession, { era, offer }: EraVerdict, timeoutMs: number): Promise<SdkPeer> {
    const { owner, label, client } = this.#options;
    const { clientInfo } = owner.handshake;
    session.era = era;
    const transport = new MessageTransport(session, compact({ era, timeoutMs, clientInfo, offer }));
    const peer = new SdkPeer(transport, clientInfo, timeoutMs, capabilitiesOf(client, era === 'modern'));
    await peer.connect();
    if (era === 'legacy') {
      this.version = transport.protocolVersion ?? '2024-11-05';
      if (offer !== undefined && this.version !== offer)
        throw new PlimsollError(
          `${label} answered initialize with the revision ${this.version}, the scenario asks for ${offer}`,
          'target',
          { hint: `set target.protocol to ${this.version} or to legacy` },
        );
    }
    return peer;
  }

  /** What each call carries in `_meta`. */
  meta(era: EraVerdict['era']): Readonly<Record<string, unknown>> {
    const { owner, client } = this.#options;
    return era === 'modern' ? modernMeta(owner.handshake.clientInfo, capabilitiesOf(client, true)) : {};
  }

  #discover(id: number): string {
    const params = { _meta: modernMeta(this.#options.owner.handshake.clientInfo) };
    return JSON.stringify({ jsonrpc: '2.0', id, method: 'server/discover', params });
  }

  #initialize(): string {
    const { owner, client } = this.#options;
    const { clientInfo } = owner.handshake;
    const params = { protocolVersion: INITIALIZE_VERSION, capabilities: capabilitiesOf(client, false), clientInfo };
    return JSON.stringify({ jsonrpc: '2.0', id: INITIALIZE_ID, method: 'initialize', params });
  }
}
