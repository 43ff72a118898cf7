import type { Dispatcher } from 'undici';
import type { SessionCounts } from '../../journal/session-counts.js';
import type { ClientSide } from '../../scenario/client.js';
import { compact } from '../../scenario/file/compact.js';
import { capabilitiesOf } from '../call/client-replies.js';
import type { Clock } from '../call/clock.js';
import { openClues } from '../call/open-clues.js';
import { openError } from '../call/open-error.js';
import type { ServerRequest } from '../call/server-request-handler.js';
import type { StreamCounts } from '../call/stream-counts.js';
import { usableTools } from '../call/usable-tools.js';
import type { EndpointDescription } from '../driver.js';
import type { DriverLimits } from '../driver-options.js';
import { MODERN_VERSION, modernMeta } from '../protocol/modern-envelope.js';
import { CallMaker } from './call-maker.js';
import { ConnectionPool } from './connection-pool.js';
import { ControlClient } from './control-client.js';
import type { Dialer } from './dialer.js';
import { EndpointCallers } from './endpoint-callers.js';
import { EndpointStreams } from './endpoint-streams.js';
import { decideEra } from './era-probe.js';
import type { LegacySession } from './legacy-session.js';
import { carriesCredentials, legacyHeaders, resumeHeaders } from './request-headers.js';
import { SessionOpener } from './session-opener.js';

export interface HttpEndpointOptions {
  readonly url: string;
  readonly index: number;
  readonly protocol: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tenants: readonly { readonly name: string; readonly headers: Readonly<Record<string, string>> }[] | undefined;
  /** Value of the header that callers without one of their own share. */
  readonly authorization: string | undefined;
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly limits: DriverLimits;
  /** For each request by which the endpoint is opened. */
  readonly startTimeoutMs: number;
  /** For each request of a handshake after that. */
  readonly handshakeTimeoutMs: number;
  readonly maxInFlight: number;
  /** Of the connections of calls and streams. */
  readonly idleTimeoutMs: number;
  readonly sessionCalls: number | undefined;
  readonly clientInfo: { readonly name: string; readonly version: string };
  readonly client: ClientSide | undefined;
  /** Hold a stream for each session. */
  readonly stream: boolean;
  /** Look at the streams of the sessions, without a place for them in the load. */
  readonly watchStreams: boolean;
  readonly streamCounts: StreamCounts;
  /** A request of the server on a held stream. */
  readonly onStreamRequest: (endpoint: number, session: LegacySession | undefined, request: ServerRequest) => void;
  readonly warn: (name: string) => void;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
  /** A session id is a secret of its own. */
  readonly keepSecret: (secret: string) => void;
  /** A session is over. */
  readonly retireSecret: (secret: string) => void;
}

const OPENING_AT_ONCE = 16;
const NOTIFY_TIMEOUT_MS = 2000;
const REPLY_TIMEOUT_MS = 10_000;

/** One URL of the target: its connections, what was found out about it, and its callers with their sessions. */
export class HttpEndpoint {
  readonly pool: ConnectionPool;
  readonly #options: HttpEndpointOptions;
  readonly #urlPath: string;
  readonly #side: ControlClient;
  readonly #callers: EndpointCallers;
  readonly #streams: EndpointStreams;
  #calls: CallMaker | undefined;
  #modern = false;
  #opened = false;

  constructor(options: HttpEndpointOptions) {
    const url = new URL(options.url);
    const { dialer, clock, limits } = options;
    this.#options = options;
    this.#urlPath = url.pathname + url.search;
    const { idleTimeoutMs } = options;
    this.pool = new ConnectionPool({
      origin: url.origin,
      dialer,
      headerBytes: limits.headerBytes,
      idleTimeoutMs,
      expected: options.maxInFlight,
      onExtra: () => options.warn('connections-over-max-in-flight'),
      onIdleReset: () => options.warn('idle-connection-reset'),
    });
    this.#side = new ControlClient(url, dialer, clock, limits);
    this.#streams = new EndpointStreams({
      url: options.url,
      index: options.index,
      dialer,
      clock,
      limits,
      counts: options.streamCounts,
      idleTimeoutMs,
      timeoutMs: options.handshakeTimeoutMs,
      warn: options.warn,
      onRequest: options.onStreamRequest,
    });
    const { stream, headers, tenants, authorization, sessionCalls, warn, redact } = options;
    this.#callers = new EndpointCallers({
      url: options.url,
      headers,
      tenants,
      authorization,
      clock,
      sessionCalls,
      warn,
      redact,
      onStart: (session) => {
        if (stream && this.#opened) void this.#streams.hold(session);
      },
      onEnd: (session) => {
        this.#streams.drop(session);
        if (session.id !== undefined) options.retireSecret(session.id);
      },
    });
  }

  get sessions(): SessionCounts {
    return this.#callers.sessions;
  }

  get modern(): boolean {
    return this.#modern;
  }

  /** The requests of its calls. Only once it is open. */
  get calls(): CallMaker {
    return this.#calls!;
  }

  /** Legacy: the session that one of several callers keeps to; undefined in the modern era. */
  sessionOf(caller: number): LegacySession | undefined {
    const sessions = this.#callers.lanes[0].keeper.sessions();
    return sessions[caller % sessions.length];
  }

  /** Whether a caller sends the token of `target.auth`. */
  sharesToken(tenant = 0): boolean {
    return this.#callers.sharesToken(tenant);
  }

  setAuthorization(value: string): void {
    this.#callers.setAuthorization(value);
  }

  /** @throws PlimsollError (exit code 6) */
  async open(sessions: number): Promise<EndpointDescription> {
    const {
      url,
      index,
      redact,
      protocol,
      clientInfo,
      client,
      handshakeTimeoutMs: timeoutMs,
      startTimeoutMs,
      keepSecret,
      warn,
    } = this.#options;
    const { lanes } = this.#callers;
    const first = lanes[0];
    let step = 'the protocol probe';
    try {
      const verdict = await decideEra({
        protocol,
        url,
        channel: this.#side,
        clock: this.#options.clock,
        baseHeaders: first.baseHeaders,
        clientInfo,
        timeoutMs: startTimeoutMs,
      });
      const modern = verdict.era === 'modern';
      this.#modern = modern;
      const { pool } = this;
      const parts = {
        url,
        urlPath: this.#urlPath,
        index,
        verdict,
        side: this.#side,
        pool,
        clientInfo,
        client,
        startTimeoutMs,
        timeoutMs,
        keepSecret,
      };
      const opener = new SessionOpener(parts);
      this.#callers.opener = opener;
      step = modern ? 'the tool listing' : 'initialize';
      const peer = await opener.first(first);
      step = 'the tool listing';
      const { tools, leftOut } = usableTools(await peer.listTools(), modern);
      for (const _ of leftOut) warn('tool-left-out-invalid-header-mark');
      await peer.close();
      const meta = modern ? modernMeta(clientInfo, capabilitiesOf(client, true)) : {};
      const progress = client?.progress === true;
      this.#calls = new CallMaker({ urlPath: this.#urlPath, lanes, tools, modern, meta, progress });
      step = 'opening the sessions';
      if (modern) for (const lane of lanes) lane.modernPath = { endpoint: index, era: 'modern', pool, session: undefined };
      else await this.#callers.open(sessions);
      const stateful = first.agreement?.stateful === true;
      if (this.#options.stream) {
        step = 'opening the streams';
        await this.#openStreams(sessions, stateful, meta);
      } else if (this.#options.watchStreams && stateful)
        await this.#streams.watch(lanes.flatMap(({ keeper }) => keeper.sessions()));
      this.#opened = true;
      const server = peer.server ?? verdict.server;
      return {
        endpoint: url,
        era: verdict.era,
        protocolVersion: first.agreement?.version ?? MODERN_VERSION,
        stateful,
        probe: verdict.probe,
        tools,
        ...(leftOut.length === 0 ? {} : { leftOut }),
        ...compact({ serverName: server?.name, serverVersion: server?.version }),
      };
    } catch (error) {
      throw openError(url, step, error, redact, {
        authorized: carriesCredentials(first.baseHeaders),
        clues: await openClues(url, error),
      });
    }
  }

  /** Legacy: the GET that asks for what a stream still holds after an event. */
  restOf(session: LegacySession | undefined, lastEventId: string): Dispatcher.DispatchOptions {
    return { path: this.#urlPath, method: 'GET', headers: resumeHeaders(this.#headersOf(session), lastEventId) };
  }

  /** Legacy: sends our reply to a request of the server, on a connection of the load, so that it waits in no queue. */
  async reply(message: Readonly<Record<string, unknown>>, session: LegacySession | undefined): Promise<void> {
    const connection = this.pool.acquire();
    connection.carrying = true;
    try {
      const { body } = await connection.client.request({
        path: this.#urlPath,
        method: 'POST',
        headers: this.#headersOf(session),
        body: JSON.stringify({ jsonrpc: '2.0', ...message }),
        signal: AbortSignal.timeout(REPLY_TIMEOUT_MS),
      });
      await body.dump();
    } finally {
      this.pool.release(connection);
    }
  }

  /** Legacy: POSTs a message that needs no answer. Never rejects. */
  notify(message: Readonly<Record<string, unknown>>, session: LegacySession | undefined): Promise<void> {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    return this.#side
      .send({ method: 'POST', headers: this.#headersOf(session), body, timeoutMs: NOTIFY_TIMEOUT_MS })
      .then(() => undefined)
      .catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#streams.close();
    await this.#callers.close();
    this.#streams.closeConnections();
    this.pool.close();
    await this.#side.close();
  }

  /** One stream for each session; modern, where there are none, as many. @throws PlimsollError (exit code 6) when the server has none */
  #openStreams(sessions: number, stateful: boolean, meta: Readonly<Record<string, unknown>>): Promise<void> {
    const starts = this.#callers.lanes.flatMap((lane, index) =>
      this.#modern
        ? Array.from({ length: this.#callers.share(sessions, index) }, () => () => this.#streams.listen(lane.baseHeaders, meta))
        : lane.keeper.sessions().map((session) => () => this.#streams.hold(session)),
    );
    const hint =
      stateful || this.#modern ? 'set sessions.stream: false' : 'the server keeps no sessions; set sessions.stream: false';
    const authorized = carriesCredentials(this.#callers.lanes[0].baseHeaders);
    return this.#streams.openAll(starts, OPENING_AT_ONCE, { hint, authorized, redact: this.#options.redact });
  }

  #headersOf(session: LegacySession | undefined): string[] {
    const { baseHeaders, agreement } = this.#callers.lanes[0];
    return session?.messageHeaders ?? legacyHeaders(baseHeaders, agreement?.version ?? MODERN_VERSION, undefined);
  }
}
