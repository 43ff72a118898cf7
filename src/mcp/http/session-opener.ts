import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { ClientSide } from '../../scenario/client.js';
import { compact } from '../../scenario/file/compact.js';
import { capabilitiesOf } from '../call/client-replies.js';
import type { EndpointOwner } from '../call/driver-core.js';
import { SdkPeer } from '../call/sdk-client.js';
import type { EraVerdict } from '../protocol/era-reading.js';
import type { ConnectionPool } from './connection-pool.js';
import type { ControlClient } from './control-client.js';
import { ControlTransport } from './control-transport.js';
import { endSession } from './end-session.js';
import { HandshakeReplay } from './handshake-replay.js';
import { LegacySession } from './legacy-session.js';
import { legacyHeaders } from './request-headers.js';
import type { TenantCaller } from './tenant-caller.js';

export interface SessionOpenerOptions {
  readonly owner: EndpointOwner;
  readonly client: ClientSide | undefined;
  readonly url: string;
  readonly urlPath: string;
  /** Index of the endpoint in the target's list. */
  readonly index: number;
  readonly verdict: EraVerdict;
  readonly side: ControlClient;
  /** Connections of the calls. */
  readonly pool: ConnectionPool;
}

/** What the specification takes a server for that names no revision. */
const UNNAMED_VERSION = '2025-03-26';

/** Makes the handshakes with one endpoint: a caller's first by the SDK client, its others by our own requests. */
export class SessionOpener {
  readonly #options: SessionOpenerOptions;

  constructor(options: SessionOpenerOptions) {
    this.#options = options;
  }

  /**
   * The handshake by which a caller and the server get to know each other (modern: only the envelope, nothing is sent). Leaves the SDK client
   * open and, in the legacy era, what was agreed on the lane and the session with its keeper.
   * @throws WireFailure, PlimsollError (exit code 6), or Error with what the server said.
   */
  async first(lane: TenantCaller): Promise<SdkPeer> {
    const { owner, client, side } = this.#options;
    const { clientInfo, startTimeoutMs: timeoutMs } = owner.handshake;
    const { era, offer } = this.#options.verdict;
    const transport = new ControlTransport({
      ...compact({ era, timeoutMs, clientInfo, offer }),
      channel: side,
      baseHeaders: lane.baseHeaders,
    });
    const peer = new SdkPeer(transport, clientInfo, timeoutMs, capabilitiesOf(client, era === 'modern'));
    await peer.connect();
    if (era === 'legacy') {
      lane.agreement = this.#agreed(transport);
      lane.keeper.add(this.#session(lane, lane.agreement, transport.givenSession));
    }
    return peer;
  }

  /** One more session of a caller whose first one has an id. @throws WireFailure */
  async another(lane: TenantCaller): Promise<LegacySession> {
    const { owner, side } = this.#options;
    const agreement = lane.agreement!;
    let given: string | undefined;
    try {
      const id = await agreement.repeat(side, lane.baseHeaders, owner.handshake.handshakeTimeoutMs, (sessionId) => {
        given = sessionId;
      });
      return this.#session(lane, agreement, id);
    } catch (error) {
      // Nobody will use it: the server need not keep it.
      if (given !== undefined)
        void lane.keeper.ending(endSession(side, legacyHeaders(lane.baseHeaders, agreement.version, given)));
      throw error;
    }
  }

  /** Ends a session on the server. Resolves to the status of the answer, or `none`; never rejects. */
  end(session: LegacySession): Promise<string> {
    return endSession(this.#options.side, session.messageHeaders);
  }

  #agreed({ protocolVersion, givenSession, bodies }: ControlTransport): HandshakeReplay {
    const { url, verdict } = this.#options;
    const version = protocolVersion ?? UNNAMED_VERSION;
    if (verdict.offer !== undefined && version !== verdict.offer)
      throw new PlimsollError(
        `${url} answered initialize with the revision ${version}, the scenario asks for ${verdict.offer}`,
        'target',
        { hint: `set target.protocol to ${version} or to legacy` },
      );
    const { initialize = '{}', initialized = '{}' } = bodies;
    return new HandshakeReplay({ version, stateful: givenSession !== undefined, initialize, initialized });
  }

  #session(lane: TenantCaller, { version }: HandshakeReplay, id: string | undefined): LegacySession {
    const { owner, index, pool, urlPath } = this.#options;
    if (id !== undefined) owner.secrets.add(id);
    const headers = [...legacyHeaders(lane.baseHeaders, version, id), 'x-request-id', ''];
    return new LegacySession(lane.keeper, id, headers, urlPath, { endpoint: index, era: 'legacy', pool });
  }
}
