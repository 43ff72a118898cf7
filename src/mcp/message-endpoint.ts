import type { PlimsollError } from '../errors/plimsoll-error.js';
import type { ClientSide } from '../scenario/client.js';
import { CallText } from './call-text.js';
import type { ClientReplies } from './client-replies.js';
import type { EndpointDescription, ToolDescription } from './driver.js';
import { askedEra, type EraVerdict } from './era-probe.js';
import { evenShare } from './even-share.js';
import type { StreamCounts } from './held-stream.js';
import type { MessageChannel } from './message-channel.js';
import { MessageHandshake } from './message-handshake.js';
import { MessageSession } from './message-session.js';
import { OpenChannels } from './open-channels.js';
import { addSessions, NO_SESSIONS, type SessionCounts } from './session-counts.js';
import { SessionKeeper } from './session-keeper.js';
import { SessionRecovery } from './session-recovery.js';
import { someAtOnce } from './some-at-once.js';
import type { WireOwner } from './wire-call.js';
import { WireFailure } from './wire-failure.js';

export interface MessageEndpointOptions {
  /** Its name in results. */
  readonly label: string;
  readonly owner: WireOwner;
  readonly protocol: string;
  /** The transport exists in both eras, so `auto` has to ask; else it is legacy. */
  readonly bothEras: boolean;
  readonly handshakeTimeoutMs: number;
  readonly sessionCalls: number | undefined;
  /** Sessions opened at the same time. */
  readonly openAtOnce: number;
  /** Number of callers with sessions of their own; 1 where the scenario has no tenants. */
  readonly callers: number;
  readonly clientInfo: { readonly name: string; readonly version: string };
  readonly client: ClientSide | undefined;
  readonly replies: ClientReplies | undefined;
  /** Streams are counted: each channel is one. */
  readonly streams: StreamCounts | undefined;
  readonly makeChannel: (caller: number) => MessageChannel;
  /** The sentence for what went wrong while it was opened. */
  readonly explain: (step: string, error: unknown, noise: string | undefined) => PlimsollError | Promise<PlimsollError>;
  readonly issued: (id: number) => boolean;
}

/** One target on message channels: what was found out about it, its sessions, and the prepared parts of its calls. */
export class MessageEndpoint {
  readonly label: string;
  readonly #options: MessageEndpointOptions;
  readonly #keepers: readonly SessionKeeper<MessageSession>[];
  readonly #channels: OpenChannels;
  readonly #handshake: MessageHandshake;
  #verdict: EraVerdict | undefined;
  #text: CallText | undefined;
  #closed = false;

  constructor(options: MessageEndpointOptions) {
    this.#options = options;
    this.label = options.label;
    const { owner, label, clientInfo, client, handshakeTimeoutMs: timeoutMs } = options;
    this.#channels = new OpenChannels(options.streams);
    this.#handshake = new MessageHandshake({ label, clientInfo, client, timeoutMs });
    const recovery = new SessionRecovery(owner.clock);
    this.#keepers = Array.from(
      { length: options.callers },
      (_, caller) =>
        new SessionKeeper<MessageSession>({
          clock: owner.clock,
          recovery,
          renewAfter: options.sessionCalls,
          // What a server asks can be told of a call where that is alone on its session.
          idleFirst: options.replies !== undefined,
          open: () => this.#openSession(caller),
          end: (_id, session) => this.#channels.end(session).then(() => undefined),
          warn: (name) => owner.warn(name),
        }),
    );
  }

  get sessions(): SessionCounts {
    return this.#keepers.map(({ counts }) => counts).reduce(addSessions, NO_SESSIONS);
  }

  get channelsOpened(): number {
    return this.#channels.opened;
  }

  /** Calls sent on a channel that had carried one before. */
  get reused(): number {
    return this.#channels.reused;
  }

  /** @throws PlimsollError (exit code 6, or 8) */
  async open(sessions: number): Promise<EndpointDescription> {
    const { owner, bothEras, protocol, client, explain } = this.#options;
    let step = 'the protocol probe';
    let session = this.#newSession(0);
    try {
      await this.#channels.open(session);
      const asked = askedEra(protocol);
      let verdict: EraVerdict;
      if (!bothEras) verdict = asked ?? { era: 'legacy', probe: 'this transport has the legacy protocol alone' };
      else {
        verdict = asked ?? (await this.#handshake.probe(session));
        if (session.lost) {
          // It ended at a request that it did not know. What it makes of `initialize` counts.
          session = this.#newSession(0);
          await this.#channels.open(session);
        }
      }
      this.#verdict = verdict;
      step = verdict.era === 'modern' ? 'the tool listing' : 'initialize';
      const peer = await this.#handshake.make(session, verdict);
      step = 'the tool listing';
      const tools: readonly ToolDescription[] = await peer.listTools();
      await peer.close();
      this.#text = new CallText(this.#handshake.meta(verdict.era), client?.progress === true);
      session.readyMs = owner.clock.now();
      this.#keepers[0]?.add(session);
      step = 'opening the sessions';
      await this.#openSessions(sessions);
      const server = peer.server ?? verdict.server;
      return {
        endpoint: this.label,
        era: verdict.era,
        protocolVersion: this.#handshake.version,
        stateful: true,
        probe: verdict.probe,
        tools,
        ...(server?.name === undefined ? {} : { serverName: server.name }),
        ...(server?.version === undefined ? {} : { serverVersion: server.version }),
      };
    } catch (error) {
      throw await explain(step, error, session.noise);
    }
  }

  take(caller: number): MessageSession {
    return this.#keeper(caller).take();
  }

  /** The texts of its calls. It must be open. */
  get text(): CallText {
    return this.#text!;
  }

  get modern(): boolean {
    return this.#verdict?.era === 'modern';
  }

  cancelAll(): void {
    for (const session of this.#channels.all()) session.cancelAll();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#keepers.map((keeper) => keeper.close()));
    // Those that are being opened, and those that were lost and are still being ended.
    await Promise.all(this.#channels.all().map((session) => this.#channels.end(session)));
  }

  #keeper(caller: number): SessionKeeper<MessageSession> {
    return this.#keepers[caller] ?? this.#keepers[0]!;
  }

  #newSession(caller: number): MessageSession {
    if (this.#closed) throw new WireFailure('closed', 'the driver is closed');
    const { owner, makeChannel, issued, replies, streams } = this.#options;
    const session = new MessageSession({
      channel: makeChannel(caller),
      owner,
      replies,
      keeper: () => this.#keeper(caller),
      issued,
      onLost: (lost) => this.#lost(lost, caller),
      onAside: () => {
        if (streams !== undefined) streams.messages += 1;
      },
    });
    this.#channels.add(session);
    return session;
  }

  #lost(session: MessageSession, caller: number): void {
    this.#channels.lost(session);
    if (Number.isNaN(session.readyMs)) session.lost = true;
    else this.#keeper(caller).lost(session);
    void this.#channels.end(session);
  }

  /** The sessions of all callers together; the first caller has its first. */
  #openSessions(count: number): Promise<void> {
    const callers = this.#keepers.length;
    const wanted = this.#keepers.flatMap((_, caller) => {
      const share = evenShare(count, callers, caller);
      return Array.from({ length: caller === 0 ? share - 1 : share }, () => caller);
    });
    return someAtOnce(wanted, this.#options.openAtOnce, async (caller) => {
      this.#keeper(caller).add(await this.#openSession(caller));
    });
  }

  async #openSession(caller: number): Promise<MessageSession> {
    const session = this.#newSession(caller);
    try {
      await this.#channels.open(session);
      const peer = await this.#handshake.make(session, this.#verdict!);
      await peer.close();
      session.readyMs = this.#options.owner.clock.now();
      return session;
    } catch (error) {
      await this.#channels.end(session);
      throw error;
    }
  }
}
