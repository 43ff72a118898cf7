import type { Dispatcher } from 'undici';
import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { OtherRequest } from '../scenario/call.js';
import type { ClientSide } from '../scenario/client.js';
import { CallerLane } from './caller-lane.js';
import { capabilitiesOf } from './client-replies.js';
import type { Clock } from './clock.js';
import { ConnectionPool } from './connection-pool.js';
import type { Dialer } from './dialer.js';
import type { CallStart, EndpointDescription, ToolDescription } from './driver.js';
import type { DriverLimits } from './driver-options.js';
import { decideEra, type EraVerdict } from './era-probe.js';
import { HeldStream, type StreamCounts, type StreamFailure } from './held-stream.js';
import { LegacySession } from './legacy-session.js';
import { headerValue, invalidMark, MODERN_VERSION, mirroredArguments, modernMeta, pushMirrored } from './modern-envelope.js';
import { openError } from './open-error.js';
import type { PreparedCall, PreparedTool } from './prepared-call.js';
import { legacyHeaders, modernHeaders, resumeHeaders, streamHeaders } from './request-headers.js';
import { SdkPeer } from './sdk-client.js';
import { SessionKeeper } from './session-keeper.js';
import { SideChannel } from './side-channel.js';
import { SideTransport } from './side-transport.js';

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
  readonly handshakeTimeoutMs: number;
  readonly maxInFlight: number;
  readonly sessionCalls: number | undefined;
  readonly clientInfo: { readonly name: string; readonly version: string };
  readonly client: ClientSide | undefined;
  /** Hold a stream for each session. */
  readonly stream: boolean;
  readonly streamCounts: StreamCounts;
  /** A request of the server on a held stream. */
  readonly onStreamRequest: (endpoint: number, session: LegacySession | undefined, method: string, id: unknown) => void;
  readonly warn: (name: string) => void;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
  /** A session id is a secret of its own. */
  readonly keepSecret: (secret: string) => void;
}

const OPENING_AT_ONCE = 16;
const END_TIMEOUT_MS = 2000;
const REPLY_TIMEOUT_MS = 10_000;

/** One URL of the target: its connections, what was found out about it, and its callers with their sessions. */
export class HttpEndpoint {
  readonly pool: ConnectionPool;
  readonly side: SideChannel;
  readonly #options: HttpEndpointOptions;
  readonly #urlPath: string;
  /** One a tenant, in their order; one in all when there are none. */
  readonly #lanes: readonly CallerLane[];
  readonly #streamPool: ConnectionPool;
  readonly #streams = new Map<LegacySession | number, HeldStream>();
  #verdict: EraVerdict | undefined;
  #version = MODERN_VERSION;
  #opened = false;
  /** Calls ask for no progress. */
  readonly #plain: boolean;
  #nextStreamId = 0;
  #described: readonly ToolDescription[] = [];
  #metaText = '';

  constructor(options: HttpEndpointOptions) {
    const url = new URL(options.url);
    this.#options = options;
    this.#plain = options.client?.progress !== true;
    this.#urlPath = url.pathname + url.search;
    this.pool = new ConnectionPool(url.origin, options.dialer, options.limits.headerBytes, options.maxInFlight, () =>
      options.warn('connections-over-max-in-flight'),
    );
    this.#streamPool = new ConnectionPool(
      url.origin,
      options.dialer,
      options.limits.headerBytes,
      Number.POSITIVE_INFINITY,
      () => {},
    );
    this.side = new SideChannel(url, options.dialer, options.clock, options.limits);
    this.#lanes = (options.tenants ?? [undefined]).map(
      (tenant) =>
        new CallerLane({
          tenant: tenant?.name,
          targetHeaders: options.headers,
          tenantHeaders: tenant?.headers ?? {},
          authorization: options.authorization,
          keeper: (lane) =>
            new SessionKeeper({
              clock: options.clock,
              renewAfter: options.sessionCalls,
              open: () => this.#openSession(lane),
              end: (id) => this.#endSession(lane, id),
              warn: options.warn,
              onStart: (session) => {
                if (this.#opened) void this.#holdSession(lane, session);
              },
              onEnd: (session) => {
                this.#streams.get(session)?.close();
                this.#streams.delete(session);
              },
            }),
        }),
    );
  }

  get sessionsOpened(): number {
    return this.#lanes.reduce((sum, { keeper }) => sum + keeper.opened, 0);
  }

  get sessionsLost(): number {
    return this.#lanes.reduce((sum, { keeper }) => sum + keeper.lostCount, 0);
  }

  /** Whether a caller sends the token of `target.auth`. */
  sharesToken(tenant = 0): boolean {
    return this.#lanes[tenant]?.sharesToken === true;
  }

  setAuthorization(value: string): void {
    for (const lane of this.#lanes) lane.setAuthorization(value);
  }

  /** @throws PlimsollError (exit code 6) */
  async open(sessions: number): Promise<EndpointDescription> {
    const { url, redact, protocol, clientInfo, handshakeTimeoutMs } = this.#options;
    const [first, ...others] = this.#lanes as [CallerLane, ...CallerLane[]];
    let step = 'the protocol probe';
    try {
      const verdict = await decideEra(protocol, url, this.side, first.baseHeaders, clientInfo, handshakeTimeoutMs);
      this.#verdict = verdict;
      step = verdict.era === 'modern' ? 'the tool listing' : 'initialize';
      const { peer, transport } = await this.#connect(first);
      step = 'the tool listing';
      this.#described = this.#usable(await peer.listTools());
      await peer.close();
      const meta =
        verdict.era === 'modern'
          ? JSON.stringify(modernMeta(clientInfo, capabilitiesOf(this.#options.client, true))).slice(1, -1)
          : '';
      this.#metaText = `,"_meta":{${meta === '' ? '' : `${meta},`}"traceparent":"`;
      step = 'opening the sessions';
      const share = (lane: number): number => Math.max(1, Math.floor((sessions + others.length - lane) / this.#lanes.length));
      await this.#openSessions(first, transport, share(0));
      await this.#openOthers(others, verdict.era === 'modern' ? transport : undefined, share, (text) => {
        step = text;
      });
      if (this.#options.stream) {
        step = 'opening the streams';
        await this.#openStreams(share, transport.givenSession !== undefined);
      }
      this.#opened = true;
      const server = peer.server ?? verdict.server;
      return {
        endpoint: url,
        era: verdict.era,
        protocolVersion: this.#version,
        stateful: transport.givenSession !== undefined,
        probe: verdict.probe,
        tools: this.#described,
        ...(server?.name === undefined ? {} : { serverName: server.name }),
        ...(server?.version === undefined ? {} : { serverVersion: server.version }),
      };
    } catch (error) {
      throw openError(url, step, error, redact);
    }
  }

  /** Headers and body of one call. `x-request-id` is the trace id of the traceparent. */
  prepare(id: number, { tool, request, argumentsJson, traceparent, tenant = 0 }: CallStart, extra = ''): PreparedCall {
    const lane = this.#lanes[tenant]!;
    const prepared = lane.tools.get(tool) ?? this.#prepareTool(lane, tool, request);
    const body = Buffer.from(
      prepared.form === 'member' && this.#plain && extra === ''
        ? `{"jsonrpc":"2.0","id":${id}${prepared.afterId}${argumentsJson}${this.#metaText}${traceparent}"}}}`
        : this.#oddBody(prepared, id, argumentsJson, traceparent, extra),
    );
    const requestId = traceparent.slice(3, 35);
    let path = lane.modernPath;
    let options = prepared.options;
    let headers = prepared.headers;
    if (path === undefined || options === undefined) {
      const session = lane.keeper.take();
      ({ path, options, headers } = session);
    } else if (prepared.mirrored.length > 0 || prepared.kind === 'resource') {
      headers = prepared.headers.slice(0, -2);
      const given = JSON.parse(argumentsJson) as { readonly uri?: unknown };
      if (prepared.kind === 'resource') headers.push('mcp-name', headerValue(String(given.uri)));
      else pushMirrored(headers, prepared.mirrored, given);
      headers.push('x-request-id', requestId);
      options = { path: this.#urlPath, method: 'POST', headers };
    }
    // undici copies both while the request is made, so one object serves all calls.
    headers[headers.length - 1] = requestId;
    options.body = body;
    return { kind: prepared.kind, path, options, bodyBytes: body.length };
  }

  /** Legacy: the GET that asks for what a stream still holds after an event. */
  restOf(session: LegacySession | undefined, lastEventId: string): Dispatcher.DispatchOptions {
    const lane = this.#lanes.find(({ keeper }) => keeper === session?.keeper) ?? this.#lanes[0]!;
    const headers = resumeHeaders(legacyHeaders(lane.baseHeaders, this.#version, session?.id), lastEventId);
    return { path: this.#urlPath, method: 'GET', headers };
  }

  /** The body of a call that is no plain `tools/call`. */
  #oddBody({ form, afterId }: PreparedTool, id: number, argumentsJson: string, traceparent: string, extra: string): string {
    const args = form === 'member' ? argumentsJson : form === 'none' ? '' : argumentsJson.slice(0, -1);
    const meta = form === 'none' ? this.#metaText.slice(1) : this.#metaText;
    // Ids are unique, so they are good tokens of progress too.
    const tail = this.#plain ? '"}' : `","progressToken":${id}}`;
    return `{"jsonrpc":"2.0","id":${id}${afterId}${args}${meta}${traceparent}${tail}${extra}}}`;
  }

  /** Modern: a request about a task, which has its id in a header of its own. */
  prepareTask(id: number, method: string, taskId: string, { traceparent, tenant = 0 }: CallStart, extra: string): PreparedCall {
    const lane = this.#lanes[tenant]!;
    const params = `{"taskId":${JSON.stringify(taskId)}${this.#metaText}${traceparent}"}${extra}}`;
    const body = Buffer.from(`{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${params}}`);
    const headers = [...modernHeaders(lane.baseHeaders, method, taskId), 'x-request-id', traceparent.slice(3, 35)];
    return {
      kind: 'any',
      path: lane.modernPath!,
      options: { path: this.#urlPath, method: 'POST', headers, body },
      bodyBytes: body.length,
    };
  }

  get modern(): boolean {
    return this.#verdict?.era === 'modern';
  }

  /** Legacy: sends our reply to a request of the server, on a connection of the load, so that it waits in no queue. */
  async reply(message: Readonly<Record<string, unknown>>, session: LegacySession | undefined): Promise<void> {
    const lane = this.#lanes.find(({ keeper }) => keeper === session?.keeper) ?? this.#lanes[0]!;
    const connection = this.pool.acquire();
    try {
      const { body } = await connection.client.request({
        path: this.#urlPath,
        method: 'POST',
        headers: legacyHeaders(lane.baseHeaders, this.#version, session?.id),
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
    const lane = this.#lanes.find(({ keeper }) => keeper === session?.keeper) ?? this.#lanes[0]!;
    const headers = legacyHeaders(lane.baseHeaders, this.#version, session?.id);
    return this.side
      .send({ method: 'POST', headers, body: JSON.stringify({ jsonrpc: '2.0', ...message }), timeoutMs: END_TIMEOUT_MS })
      .then(() => undefined)
      .catch(() => undefined);
  }

  async close(): Promise<void> {
    for (const stream of this.#streams.values()) stream.close();
    this.#streams.clear();
    await Promise.all(this.#lanes.map(({ keeper }) => keeper.close()));
    this.#streamPool.close();
    this.pool.close();
    await this.side.close();
  }

  /** Modern clients must leave out tools whose header marks are invalid: their calls could not be routed as the server asks. */
  #usable(tools: readonly ToolDescription[]): readonly ToolDescription[] {
    if (this.#verdict?.era !== 'modern') return tools;
    return tools.filter((tool) => {
      if (invalidMark(tool) === undefined) return true;
      this.#options.warn('tool-left-out-invalid-header-mark');
      return false;
    });
  }

  /** One stream for each session, some at once. @throws PlimsollError (exit code 6) when the server has none */
  async #openStreams(share: (lane: number) => number, stateful: boolean): Promise<void> {
    const waiting: (() => Promise<StreamFailure | undefined>)[] = [];
    for (const [index, lane] of this.#lanes.entries()) {
      if (this.modern) for (let i = 0; i < share(index); i++) waiting.push(() => this.#listen(lane));
      else for (const session of lane.keeper.sessions()) waiting.push(() => this.#holdSession(lane, session));
    }
    const openSome = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const failure = await next();
        if (failure === undefined) continue;
        const why = failure.notOffered
          ? 'does not offer streams'
          : `did not open a stream: ${this.#options.redact(failure.text).slice(0, 200)}`;
        throw new PlimsollError(`${this.#options.url} ${why}`, EXIT.target, {
          hint:
            stateful || this.modern ? 'set sessions.stream: false' : 'the server keeps no sessions; set sessions.stream: false',
        });
      }
    };
    await Promise.all(Array.from({ length: Math.min(OPENING_AT_ONCE, waiting.length) }, openSome));
  }

  /** Legacy: the GET stream of a session. */
  #holdSession(lane: CallerLane, session: LegacySession): Promise<StreamFailure | undefined> {
    if (!this.#options.stream) return Promise.resolve(undefined);
    return this.#hold(session, session, () => ({
      path: this.#urlPath,
      method: 'GET',
      headers: streamHeaders(legacyHeaders(lane.baseHeaders, this.#version, session.id)),
    }));
  }

  /** Modern: a long answer to `subscriptions/listen`. */
  #listen(lane: CallerLane): Promise<StreamFailure | undefined> {
    const id = `stream-${this.#options.index}-${this.#nextStreamId++}`;
    const _meta = modernMeta(this.#options.clientInfo, capabilitiesOf(this.#options.client, true));
    const notifications = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };
    const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'subscriptions/listen', params: { notifications, _meta } });
    return this.#hold(this.#nextStreamId, undefined, () => ({
      path: this.#urlPath,
      method: 'POST',
      headers: modernHeaders(lane.baseHeaders, 'subscriptions/listen'),
      body,
    }));
  }

  #hold(
    key: LegacySession | number,
    session: LegacySession | undefined,
    request: () => Dispatcher.DispatchOptions,
  ): Promise<StreamFailure | undefined> {
    const { clock, limits, streamCounts, index, onStreamRequest, handshakeTimeoutMs } = this.#options;
    return new Promise((resolve) => {
      const timer = clock.setTimer(
        () => resolve({ notOffered: false, text: `no answer within ${handshakeTimeoutMs} ms` }),
        handshakeTimeoutMs,
      );
      const stream = new HeldStream({
        pool: this.#streamPool,
        clock,
        counts: streamCounts,
        lineLimit: limits.sseLineLength,
        request,
        onRequest: (method, id) => onStreamRequest(index, session, method, id),
        onFirst: (failure) => {
          clock.clearTimer(timer);
          resolve(failure);
        },
      });
      this.#streams.set(key, stream);
      stream.open();
    });
  }

  #prepareTool(lane: CallerLane, tool: string, request: OtherRequest | undefined): PreparedTool {
    const modern = this.#verdict?.era === 'modern';
    const { method = 'tools/call', name = request === undefined ? tool : undefined, kind = 'tool' } = request ?? {};
    const description = request === undefined ? this.#described.find((each) => each.name === tool) : undefined;
    const headers = modern ? [...modernHeaders(lane.baseHeaders, method, name), 'x-request-id', ''] : [];
    const form = kind === 'resource' ? 'parameters' : name === undefined ? 'none' : 'member';
    const params = { member: `{"name":${JSON.stringify(name)},"arguments":`, parameters: '', none: '{' }[form];
    const prepared: PreparedTool = {
      kind,
      form,
      afterId: `,"method":"${method}","params":${params}`,
      options: modern ? { path: this.#urlPath, method: 'POST', headers } : undefined,
      headers,
      mirrored: modern && description !== undefined ? mirroredArguments(description) : [],
    };
    lane.tools.set(tool, prepared);
    return prepared;
  }

  /** Makes a handshake (modern: only the envelope). */
  async #connect(lane: CallerLane): Promise<{ readonly peer: SdkPeer; readonly transport: SideTransport }> {
    const { clientInfo, handshakeTimeoutMs: timeoutMs, url } = this.#options;
    const { era, offer } = this.#verdict!;
    const transport = new SideTransport({
      era,
      channel: this.side,
      baseHeaders: lane.baseHeaders,
      timeoutMs,
      clientInfo,
      ...(offer === undefined ? {} : { offer }),
    });
    const peer = new SdkPeer(transport, clientInfo, timeoutMs, capabilitiesOf(this.#options.client, era === 'modern'));
    await peer.connect();
    if (era === 'legacy') {
      this.#version = transport.protocolVersion ?? '2025-03-26';
      if (offer !== undefined && this.#version !== offer)
        throw new PlimsollError(
          `${url} answered initialize with the revision ${this.#version}, the scenario asks for ${offer}`,
          EXIT.target,
          {
            hint: `set target.protocol to ${this.#version} or to legacy`,
          },
        );
      if (transport.givenSession !== undefined) this.#options.keepSecret(transport.givenSession);
    }
    return { peer, transport };
  }

  /** The callers after the first, some at once. @param modern what stands for a handshake where there is none */
  async #openOthers(
    others: readonly CallerLane[],
    modern: SideTransport | undefined,
    share: (lane: number) => number,
    onStep: (step: string) => void,
  ): Promise<void> {
    let next = 0;
    const openSome = async (): Promise<void> => {
      for (let index = next++; index < others.length; index = next++) {
        const lane = others[index]!;
        try {
          await this.#openSessions(lane, modern ?? (await this.#connect(lane)).transport, share(index + 1));
        } catch (error) {
          onStep(`initialize for the tenant ${lane.tenant ?? ''}`);
          throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(OPENING_AT_ONCE, others.length) }, openSome));
  }

  async #openSessions(lane: CallerLane, first: SideTransport, count: number): Promise<void> {
    const { index } = this.#options;
    if (this.#verdict!.era === 'modern') {
      lane.modernPath = { endpoint: index, era: 'modern', pool: this.pool, session: undefined };
      return;
    }
    lane.keeper.add(this.#sessionOf(lane, first));
    if (first.givenSession === undefined) return;
    let left = count - 1;
    const openSome = async (): Promise<void> => {
      while (left-- > 0) lane.keeper.add(await this.#openSession(lane));
    };
    await Promise.all(Array.from({ length: Math.min(OPENING_AT_ONCE, Math.max(0, left)) }, openSome));
  }

  async #openSession(lane: CallerLane): Promise<LegacySession> {
    const { peer, transport } = await this.#connect(lane);
    await peer.close();
    return this.#sessionOf(lane, transport);
  }

  #sessionOf(lane: CallerLane, transport: SideTransport): LegacySession {
    const id = transport.givenSession;
    const headers = [...legacyHeaders(lane.baseHeaders, this.#version, id), 'x-request-id', ''];
    return new LegacySession(lane.keeper, id, headers, this.#urlPath, {
      endpoint: this.#options.index,
      era: 'legacy',
      pool: this.pool,
    });
  }

  /** DELETE; 405 (not offered) and an unreachable server are as good as done. */
  async #endSession(lane: CallerLane, id: string): Promise<void> {
    const headers = legacyHeaders(lane.baseHeaders, this.#version, id);
    await this.side.send({ method: 'DELETE', headers, timeoutMs: END_TIMEOUT_MS }).catch(() => undefined);
  }
}
