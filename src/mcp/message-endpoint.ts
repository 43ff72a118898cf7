import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { CallStart, EndpointDescription, ToolDescription } from './driver.js';
import { askedEra, type EraVerdict, eraOfDiscovery } from './era-probe.js';
import type { MessageCallOwner } from './message-call.js';
import type { MessageChannel } from './message-channel.js';
import { FIRST_CALL_ID, MessageSession } from './message-session.js';
import { MessageTransport } from './message-transport.js';
import { MODERN_VERSION, modernMeta } from './modern-envelope.js';
import { SdkPeer } from './sdk-client.js';
import { SessionKeeper } from './session-keeper.js';
import { WireFailure } from './wire-failure.js';

export interface MessageEndpointOptions {
  /** Its name in results. */
  readonly label: string;
  readonly owner: MessageCallOwner;
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
  readonly makeChannel: (caller: number) => MessageChannel;
  /** The sentence for what went wrong while it was opened. */
  readonly explain: (step: string, error: unknown, noise: string | undefined) => PlimsollError;
  readonly issued: (id: number) => boolean;
}

const DISCOVER_ID = FIRST_CALL_ID - 1;
/** A legacy server may leave a request that it does not know unanswered. */
const DISCOVER_TIMEOUT_MS = 3000;
/** A session that was lost sooner than this is opened again with a pause before it: a server that dies at its first call must not be started without end. */
const SHORT_LIFE_MS = 1000;
const PAUSES_MS = [0, 250, 500, 1000, 2000, 5000] as const;

/** One target on message channels: what was found out about it, its sessions, and the prepared parts of its calls. */
export class MessageEndpoint {
  readonly label: string;
  readonly #options: MessageEndpointOptions;
  readonly #keepers: readonly SessionKeeper<MessageSession>[];
  readonly #sessions = new Set<MessageSession>();
  readonly #afterId = new Map<string, string>();
  #verdict: EraVerdict | undefined;
  #version = MODERN_VERSION;
  #metaText = '';
  #shortLives = 0;
  #closed = false;
  #giveUpPause: (() => void)[] = [];
  /** Calls that were carried by channels that are gone. */
  #carried = 0;
  #opened = 0;

  constructor(options: MessageEndpointOptions) {
    this.#options = options;
    this.label = options.label;
    const { owner } = options;
    this.#keepers = Array.from(
      { length: options.callers },
      (_, caller) =>
        new SessionKeeper<MessageSession>({
          clock: owner.clock,
          renewAfter: options.sessionCalls,
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
    const { owner, bothEras, protocol, clientInfo, explain } = this.#options;
    let step = 'the protocol probe';
    let session = this.#newSession(0);
    try {
      await session.channel.open(session);
      const asked = askedEra(protocol);
      let verdict: EraVerdict;
      if (!bothEras) verdict = asked ?? { era: 'legacy', probe: 'this transport has the legacy protocol alone' };
      else {
        verdict = asked ?? (await this.#probe(session));
        if (session.lost) {
          // It ended at a request that it did not know. What it makes of `initialize` counts.
          session = this.#newSession(0);
          await session.channel.open(session);
        }
      }
      this.#verdict = verdict;
      step = verdict.era === 'modern' ? 'the tool listing' : 'initialize';
      const peer = await this.#shakeHands(session);
      step = 'the tool listing';
      const tools: readonly ToolDescription[] = await peer.listTools();
      await peer.close();
      const meta = verdict.era === 'modern' ? JSON.stringify(modernMeta(clientInfo)).slice(1, -1) : '';
      this.#metaText = `,"_meta":{${meta === '' ? '' : `${meta},`}"traceparent":"`;
      session.readyMs = owner.clock.now();
      this.#keepers[0]?.add(session);
      step = 'opening the sessions';
      await this.#openSessions(sessions);
      const server = peer.server ?? verdict.server;
      return {
        endpoint: this.label,
        era: verdict.era,
        protocolVersion: this.#version,
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

  /** The message of one call, without its line end. */
  message(id: number, { tool, request, argumentsJson, traceparent }: CallStart): string {
    let afterId = this.#afterId.get(tool);
    if (afterId === undefined) {
      afterId = request === undefined ? callStart('tools/call', tool) : callStart(request.method, request.name);
      this.#afterId.set(tool, afterId);
    }
    const meta = this.#metaText;
    if (request === undefined || (request.kind !== 'resource' && request.name !== undefined))
      return `{"jsonrpc":"2.0","id":${id}${afterId}${argumentsJson}${meta}${traceparent}"}}}`;
    // The arguments are the parameters themselves, or there are none.
    const given = request.kind === 'resource' ? argumentsJson.slice(1, -1) : '';
    return `{"jsonrpc":"2.0","id":${id},"method":"${request.method}","params":{${given === '' ? meta.slice(1) : `${given}${meta}`}${traceparent}"}}}`;
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
    const { owner, makeChannel, issued } = this.#options;
    const session = new MessageSession({
      channel: makeChannel(caller),
      owner,
      keeper: () => this.#keeper(caller),
      issued,
      onLost: (lost) => this.#lost(lost, caller),
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
    void this.#end(session);
  }

  async #end(session: MessageSession): Promise<void> {
    await session.channel.close();
    if (this.#sessions.delete(session)) this.#carried += Math.max(0, session.channel.carried - 1);
  }

  /** Asks a server of either era what it is. Silence and any error but those of the modern era mean legacy. */
  async #probe(session: MessageSession): Promise<EraVerdict> {
    const { clientInfo, handshakeTimeoutMs, label } = this.#options;
    const text = JSON.stringify({
      jsonrpc: '2.0',
      id: DISCOVER_ID,
      method: 'server/discover',
      params: { _meta: modernMeta(clientInfo) },
    });
    const timeoutMs = Math.min(handshakeTimeoutMs, DISCOVER_TIMEOUT_MS);
    try {
      return eraOfDiscovery(await session.ask(DISCOVER_ID, text, timeoutMs), label);
    } catch (error) {
      if (!(error instanceof WireFailure)) throw error;
      const how = session.lost ? 'the server ended at' : 'no answer came to';
      return { era: 'legacy', probe: `${how} server/discover: initialize is used` };
    }
  }

  /** Legacy: `initialize` and `notifications/initialized`. Modern: nothing is sent. */
  async #shakeHands(session: MessageSession): Promise<SdkPeer> {
    const { clientInfo, handshakeTimeoutMs: timeoutMs, label } = this.#options;
    const { era, offer } = this.#verdict!;
    session.era = era;
    const transport = new MessageTransport({ session, era, timeoutMs, clientInfo, ...(offer === undefined ? {} : { offer }) });
    const peer = new SdkPeer(transport, clientInfo, timeoutMs);
    await peer.connect();
    if (era === 'legacy') {
      this.#version = transport.protocolVersion ?? '2024-11-05';
      if (offer !== undefined && this.#version !== offer)
        throw new PlimsollError(
          `${label} answered initialize with the revision ${this.#version}, the scenario asks for ${offer}`,
          EXIT.target,
          { hint: `set target.protocol to ${this.#version} or to legacy` },
        );
    }
    return peer;
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
      await session.channel.open(session);
      const peer = await this.#shakeHands(session);
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

/** What stands between the id of a call and its arguments. */
function callStart(method: string, name: string | undefined): string {
  return `,"method":"${method}","params":{"name":${JSON.stringify(name)},"arguments":`;
}
