import type { PlimsollError } from '../errors/plimsoll-error.js';
import type { ClientSide } from '../scenario/client.js';
import { CallText } from './call-text.js';
import type { ClientReplies } from './client-replies.js';
import type { EndpointDescription, ToolDescription } from './driver.js';
import { askedEra, type EraVerdict } from './era-probe.js';
import type { StreamCounts } from './held-stream.js';
import type { MessageChannel } from './message-channel.js';
import { MessageHandshake } from './message-handshake.js';
import { MessageSession } from './message-session.js';
import { SessionKeeper } from './session-keeper.js';
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
  readonly explain: (step: string, error: unknown, noise: string | undefined) => PlimsollError;
  readonly issued: (id: number) => boolean;
}

/** A session that was lost sooner than this is opened again with a pause before it: a server that dies at its first call must not be started without end. */
const SHORT_LIFE_MS = 1000;
const PAUSES_MS = [0, 250, 500, 1000, 2000, 5000] as const;

/** One target on message channels: what was found out about it, its sessions, and the prepared parts of its calls. */
export class MessageEndpoint {
  readonly label: string;
  readonly #options: MessageEndpointOptions;
  readonly #keepers: readonly SessionKeeper<MessageSession>[];
  readonly #sessions = new Set<MessageSession>();
  readonly #standing = new Set<MessageSession>();
  readonly #handshake: MessageHandshake;
  #verdict: EraVerdict | undefined;
  #text: CallText | undefined;
  #shortLives = 0;
  #closed = false;
  #giveUpPause: (() => void)[] = [];
  /** Calls that were carried by channels that are gone. */
  #carried = 0;
  #opened = 0;

  constructor(options: MessageEndpointOptions) {
    this.#options = options;
    this.label = options.label;
    const { owner, label, clientInfo, client, handshakeTimeoutMs: timeoutMs } = options;
    this.#handshake = new MessageHandshake({ label, clientInfo, client, timeoutMs });
    this.#keepers = Array.from(
      { length: options.callers },
      (_, caller) =>
        new SessionKeeper<MessageSession>({
          clock: owner.clock,
          renewAfter: options.sessionCalls,
          // What a server asks can be told of a call where that is alone on its session.
          idleFirst: options.replies !== undefined,
          open: () => this.#openSession(caller),
          end: (_id, session) => this.#end(session),
          warn: (name) => owner.warn(name),
        }),
    );
  }

  get sessionsOpened(): number {
    return this.#keepers.reduce((sum, { opened }) => sum + opened, 0);
  }

  get sessionsLost(): number {
    return this.#keepers.reduce((sum, { lostCount }) => sum + lostCount, 0);
  }

  get channelsOpened(): number {
    return this.#opened;
  }

  /** Calls sent on a channel that had carried one before. */
  get reused(): number {
    let sum = this.#carried;
    for (const { channel } of this.#sessions) sum += Math.max(0, channel.carried - 1);
    return sum;
  }

  /** @throws PlimsollError (exit code 6, or 8) */
  async open(sessions: number): Promise<EndpointDescription> {
    const { owner, bothEras, protocol, client, explain } = this.#options;
    let step = 'the protocol probe';
    let session = this.#newSession(0);
    try {
      await this.#stand(session);
      const asked = askedEra(protocol);
      let verdict: EraVerdict;
      if (!bothEras) verdict = asked ?? { era: 'legacy', probe: 'this transport has the legacy protocol alone' };
      else {
        verdict = asked ?? (await this.#handshake.probe(session));
        if (session.lost) {
          // It ended at a request that it did not know. What it makes of `initialize` counts.
          session = this.#newSession(0);
          await this.#stand(session);
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
      throw explain(step, error, session.noise);
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
    for (const session of this.#sessions) session.cancelAll();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const giveUp of this.#giveUpPause) giveUp();
    await Promise.all(this.#keepers.map((keeper) => keeper.close()));
    // Those that are being opened, and those that were lost and are still being ended.
    await Promise.all([...this.#sessions].map((session) => this.#end(session)));
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
    this.#sessions.add(session);
    this.#opened++;
    return session;
  }

  #lost(session: MessageSession, caller: number): void {
    const inUse = !Number.isNaN(session.readyMs);
    this.#shortLives = inUse && this.#options.owner.clock.now() - session.readyMs < SHORT_LIFE_MS ? this.#shortLives + 1 : 0;
    if (inUse) this.#keeper(caller).lost(session);
    else session.lost = true;
    const { streams } = this.#options;
    if (streams !== undefined && this.#standing.has(session)) streams.lost += 1;
    void this.#end(session);
  }

  /** Opens the channel of a session; it is a stream that is held from then on. */
  async #stand(session: MessageSession): Promise<void> {
    await session.channel.open(session);
    this.#standing.add(session);
    const { streams } = this.#options;
    if (streams === undefined) return;
    streams.open += 1;
    streams.opened += 1;
  }

  async #end(session: MessageSession): Promise<void> {
    const { streams } = this.#options;
    if (this.#standing.delete(session) && streams !== undefined) streams.open -= 1;
    await session.close();
    if (this.#sessions.delete(session)) this.#carried += Math.max(0, session.channel.carried - 1);
  }

  async #openSessions(count: number): Promise<void> {
    const wanted = this.#keepers.flatMap((_, caller) => Array.from({ length: caller === 0 ? count - 1 : count }, () => caller));
    const openSome = async (): Promise<void> => {
      for (let caller = wanted.shift(); caller !== undefined; caller = wanted.shift()) {
        this.#keeper(caller).add(await this.#openSession(caller));
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.#options.openAtOnce, wanted.length) }, openSome));
  }

  async #openSession(caller: number): Promise<MessageSession> {
    await this.#pause();
    const session = this.#newSession(caller);
    try {
      await this.#stand(session);
      const peer = await this.#handshake.make(session, this.#verdict!);
      await peer.close();
      session.readyMs = this.#options.owner.clock.now();
      return session;
    } catch (error) {
      await this.#end(session);
      throw error;
    }
  }

  #pause(): Promise<void> {
    const pauseMs = PAUSES_MS[Math.min(this.#shortLives, PAUSES_MS.length - 1)] ?? 0;
    if (pauseMs === 0) return Promise.resolve();
    const { clock } = this.#options.owner;
    return new Promise((resolve) => {
      const timer = clock.setTimer(resolve, pauseMs);
      this.#giveUpPause.push(() => {
        clock.clearTimer(timer);
        resolve();
      });
    });
  }
}
