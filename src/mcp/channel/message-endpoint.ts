import type { PlimsollError } from '../../errors/plimsoll-error.js';
import { addSessions, NO_SESSIONS, type SessionCounts } from '../../journal/session-counts.js';
import { compact } from '../../scenario/file/compact.js';
import type { ClientReplies } from '../call/client-replies.js';
import type { EndpointOwner } from '../call/driver-core.js';
import { evenShare } from '../call/even-share.js';
import { forEachLimit } from '../call/for-each-limit.js';
import { refusalOf, type SdkPeer } from '../call/sdk-client.js';
import type { StreamCounts } from '../call/stream-counts.js';
import { WireFailure } from '../call/wire-failure.js';
import type { EndpointDescription, ToolDescription } from '../driver.js';
import type { DriverOptions } from '../driver-options.js';
import { askedEra, type EraVerdict, readInitialize } from '../protocol/era-reading.js';
import { SessionKeeper } from '../session/session-keeper.js';
import { SessionRecovery } from '../session/session-recovery.js';
import { CallText } from './call-text.js';
import type { MessageChannel } from './message-channel.js';
import { MessageHandshake } from './message-handshake.js';
import { MessageSession } from './message-session.js';
import { OpenChannels } from './open-channels.js';

export interface MessageEndpointOptions {
  /** Its name in results. */
  readonly label: string;
  readonly owner: EndpointOwner;
  readonly driver: DriverOptions;
  /** The transport exists in both eras, so `auto` has to ask; else it is legacy. */
  readonly bothEras: boolean;
  /** What an earlier driver found out about it: it is not asked again. */
  readonly known: EraVerdict | undefined;
  /** Sessions opened at the same time. */
  readonly openAtOnce: number;
  /** Number of callers with sessions of their own; 1 where the scenario has no tenants. */
  readonly callers: number;
  readonly replies: ClientReplies | undefined;
  /** Streams are counted: each channel is one. */
  readonly streams: StreamCounts | undefined;
  readonly makeChannel: (caller: number) => MessageChannel;
  /** Whether the calls of a caller carry the token that all share; absent: none do. */
  readonly sharesToken?: (caller: number) => boolean;
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
  #opened = false;
  #closed = false;

  constructor(options: MessageEndpointOptions) {
    this.#options = options;
    this.label = options.label;
    const { owner, driver, label } = options;
    this.#channels = new OpenChannels(options.streams);
    this.#handshake = new MessageHandshake({ owner, label, client: driver.client });
    const recovery = new SessionRecovery(owner.clock);
    this.#keepers = Array.from(
      { length: options.callers },
      (_, caller) =>
        new SessionKeeper<MessageSession>({
          clock: owner.clock,
          recovery,
          renewAfter: driver.sessionCalls,
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
    const { owner, driver, explain } = this.#options;
    const { startTimeoutMs } = owner.handshake;
    let step = 'the protocol probe';
    let session: MessageSession | undefined;
    try {
      session = await this.#started(0);
      let verdict = this.#decided();
      if (verdict === undefined) {
        const settled = await this.#handshake.probe(session, startTimeoutMs);
        ({ verdict } = settled);
        if (settled.fresh) session = await this.#afresh(session);
      }
      this.#verdict = verdict;
      step = verdict.era === 'modern' ? 'the tool listing' : 'initialize';
      let peer: SdkPeer;
      try {
        peer = await this.#handshake.make(session, verdict, startTimeoutMs);
      } catch (error) {
        const better = this.#modernAfterAll(error);
        if (better === undefined) throw error;
        verdict = better;
        this.#verdict = verdict;
        step = 'the tool listing';
        session = await this.#afresh(session);
        peer = await this.#handshake.make(session, verdict, startTimeoutMs);
      }
      step = 'the tool listing';
      const tools: readonly ToolDescription[] = await peer.listTools();
      await peer.close();
      this.#text = new CallText(this.#handshake.meta(verdict.era), driver.client?.progress === true);
      session.readyMs = owner.clock.now();
      this.#keepers[0]?.add(session);
      step = 'opening the sessions';
      await this.#openSessions(sessions);
      this.#opened = true;
      const server = peer.server ?? verdict.server;
      return {
        endpoint: this.label,
        era: verdict.era,
        protocolVersion: this.#handshake.version,
        stateful: true,
        probe: verdict.probe,
        tools,
        ...compact({ serverName: server?.name, serverVersion: server?.version }),
      };
    } catch (error) {
      throw await explain(step, withViolation(error, session?.violation), session?.noise);
    }
  }

  /** What needs no asking. */
  #decided(): EraVerdict | undefined {
    const { bothEras, driver, known } = this.#options;
    const asked = askedEra(driver.target.protocol);
    if (asked !== undefined || bothEras) return asked ?? known;
    return { era: 'legacy', probe: 'this transport has the legacy protocol alone' };
  }

  /** The verdict when `initialize` was refused in a way that only a modern server has. */
  #modernAfterAll(error: unknown): EraVerdict | undefined {
    const refusal = refusalOf(error);
    const { label, bothEras, driver } = this.#options;
    if (refusal === undefined || this.#verdict?.era !== 'legacy' || !bothEras || askedEra(driver.target.protocol) !== undefined)
      return undefined;
    const reading = readInitialize({ error: refusal }, label);
    return reading.says === 'proof' && reading.verdict.era === 'modern' ? reading.verdict : undefined;
  }

  take(caller: number): MessageSession {
    return this.#keeper(caller).take();
  }

  /** The texts of its calls. It must be open. */
  get text(): CallText {
    return this.#text!;
  }

  sharesToken(caller: number): boolean {
    return this.#options.sharesToken?.(caller) === true;
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
    return forEachLimit(wanted, this.#options.openAtOnce, async (caller) => {
      this.#keeper(caller).add(await this.#openSession(caller));
    });
  }

  async #started(caller: number): Promise<MessageSession> {
    const session = this.#newSession(caller);
    await this.#channels.open(session);
    return session;
  }

  /** A session that was asked nothing yet, in place of one that was; two servers must not hold the same files at once. */
  async #afresh(session: MessageSession): Promise<MessageSession> {
    await this.#channels.end(session);
    return this.#started(0);
  }

  async #openSession(caller: number): Promise<MessageSession> {
    const { owner, bothEras } = this.#options;
    const { startTimeoutMs, handshakeTimeoutMs } = owner.handshake;
    // A process of ours starts from nothing each time; another server is there already once the endpoint is open.
    const timeoutMs = bothEras || !this.#opened ? startTimeoutMs : handshakeTimeoutMs;
    const session = this.#newSession(caller);
    try {
      await this.#channels.open(session);
      const peer = await this.#handshake.make(session, this.#verdict!, timeoutMs);
      await peer.close();
      if (this.modern) await this.#handshake.ready(session, timeoutMs);
      session.readyMs = owner.clock.now();
      return session;
    } catch (error) {
      await this.#channels.end(session);
      throw error;
    }
  }
}

/** Silence is not all that came: what was no answer is told with it. */
function withViolation(error: unknown, violation: string | undefined): unknown {
  if (violation === undefined || !(error instanceof WireFailure) || (error.kind !== 'timeout' && error.kind !== 'reset'))
    return error;
  return new WireFailure(error.kind, `${error.message}; what came was ${violation}`, error.details);
}
