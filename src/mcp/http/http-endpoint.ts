import type { Dispatcher } from 'undici';
import { addSessions, NO_SESSIONS, type SessionCounts } from '../../journal/session-counts.js';
import { compact } from '../../scenario/file/compact.js';
import { capabilitiesOf } from '../call/client-replies.js';
import { openClues } from '../call/open-clues.js';
import { openError } from '../call/open-error.js';
import { usableTools } from '../call/usable-tools.js';
import type { EndpointDescription } from '../driver.js';
import { DEFAULT_IDLE_TIMEOUT_MS } from '../driver-options.js';
import { MODERN_VERSION, modernMeta } from '../protocol/modern-envelope.js';
import { CallMaker } from './call-maker.js';
import { ConnectionPool } from './connection-pool.js';
import { ControlClient } from './control-client.js';
import { EndpointCallers } from './endpoint-callers.js';
import { EndpointStreams } from './endpoint-streams.js';
import { decideEra } from './era-probe.js';
import type { HttpEndpointOptions } from './http-endpoint-options.js';
import type { LegacySession } from './legacy-session.js';
import { carriesCredentials, legacyHeaders, resumeHeaders } from './request-headers.js';
import { SessionOpener } from './session-opener.js';

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
  /** The session that the probe of the era opened and ended, where it had to. */
  #probed = NO_SESSIONS;
  #modern = false;
  #opened = false;

  constructor(options: HttpEndpointOptions) {
    const url = new URL(options.url);
    const { owner, driver, dialer } = options;
    this.#options = options;
    this.#urlPath = url.pathname + url.search;
    this.pool = new ConnectionPool({
      origin: url.origin,
      dialer,
      headerBytes: owner.limits.headerBytes,
      idleTimeoutMs: driver.target.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
      expected: driver.maxInFlight,
      onExtra: () => owner.warn('connections-over-max-in-flight'),
      onIdleReset: () => owner.warn('idle-connection-reset'),
    });
    this.#side = new ControlClient(url, dialer, owner.clock, owner.limits);
    this.#streams = new EndpointStreams(options);
    this.#callers = new EndpointCallers({
      ...options,
      onStart: (session) => {
        if (driver.stream === true && this.#opened) void this.#streams.hold(session);
      },
      onEnd: (session) => {
        this.#streams.drop(session);
        if (session.id !== undefined) owner.secrets.retire(session.id);
      },
    });
  }

  get sessions(): SessionCounts {
    return addSessions(this.#probed, this.#callers.sessions);
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
    const { owner, driver, url, index } = this.#options;
    const { clientInfo, startTimeoutMs: timeoutMs } = owner.handshake;
    const { client } = driver;
    const { lanes } = this.#callers;
    const first = lanes[0];
    let step = 'the protocol probe';
    try {
      const { verdict, sessions: probed } = await decideEra({
        protocol: driver.target.protocol,
        url,
        channel: this.#side,
        clock: owner.clock,
        baseHeaders: first.baseHeaders,
        clientInfo,
        timeoutMs,
      });
      this.#probed = probed;
      const modern = verdict.era === 'modern';
      this.#modern = modern;
      const { pool } = this;
      const opener = new SessionOpener({ owner, client, url, urlPath: this.#urlPath, index, verdict, side: this.#side, pool });
      this.#callers.opener = opener;
      step = modern ? 'the tool listing' : 'initialize';
      const peer = await opener.first(first);
      step = 'the tool listing';
      const { tools, leftOut } = usableTools(await peer.listTools(), modern);
      for (const _ of leftOut) owner.warn('tool-left-out-invalid-header-mark');
      await peer.close();
      const meta = modern ? modernMeta(clientInfo, capabilitiesOf(client, true)) : {};
      const progress = client?.progress === true;
      this.#calls = new CallMaker({ urlPath: this.#urlPath, lanes, tools, modern, meta, progress });
      step = 'opening the sessions';
      if (modern) for (const lane of lanes) lane.modernPath = { endpoint: index, era: 'modern', pool, session: undefined };
      else await this.#callers.open(sessions);
      const stateful = first.agreement?.stateful === true;
      if (driver.stream === true) {
        step = 'opening the streams';
        await this.#openStreams(sessions, stateful, meta);
      } else if (driver.watchStreams === true && stateful)
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
      throw openError(url, step, error, owner.redact, {
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
    return this.#streams.openAll(starts, OPENING_AT_ONCE, { hint, authorized, redact: this.#options.owner.redact });
  }

  #headersOf(session: LegacySession | undefined): string[] {
    const { baseHeaders, agreement } = this.#callers.lanes[0];
    return session?.messageHeaders ?? legacyHeaders(baseHeaders, agreement?.version ?? MODERN_VERSION, undefined);
  }
}
