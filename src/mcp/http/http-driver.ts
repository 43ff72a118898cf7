import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { addSessions, NO_SESSIONS } from '../../journal/session-counts.js';
import { headersFor } from '../../scenario/url-credentials.js';
import { ClientReplies, seededRandom } from '../call/client-replies.js';
import { type Clock, systemClock } from '../call/clock.js';
import { DeadlineQueue } from '../call/deadline-queue.js';
import { LogicalCall } from '../call/logical-call.js';
import { refuseWithoutToken } from '../call/refused-call.js';
import type { Round, RoundParts } from '../call/round.js';
import { SecretFilter } from '../call/secret-filter.js';
import { CANCEL_NOTES } from '../call/wire-call.js';
import type { CallAnswer, CallStart, CancelCall, Driver, DriverCounters, EndpointDescription } from '../driver.js';
import { DEFAULT_IDLE_TIMEOUT_MS, DEFAULT_LIMITS, type DriverLimits, type DriverOptions } from '../driver-options.js';
import { type CompiledRule, compileRules } from '../protocol/classify.js';
import { ControlMessages } from './control-messages.js';
import { Dialer } from './dialer.js';
import type { StreamCounts } from './held-stream.js';
import { type CallOwner, HttpCall } from './http-call.js';
import { HttpEndpoint } from './http-endpoint.js';
import type { PreparedCall } from './prepared-call.js';
import { ServerRequests } from './server-requests.js';

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** JSON-RPC ids of one load thread; the next thread has the next range. */
const IDS_PER_WORKER = 1_000_000_000;

/** Makes a driver that speaks MCP over Streamable HTTP, legacy and modern. */
export function createHttpDriver(options: DriverOptions): Driver {
  return new HttpDriver(options);
}

const bearer = (token: string): string => `Bearer ${token}`;

class HttpDriver implements Driver, CallOwner {
  readonly clock: Clock;
  readonly limits: DriverLimits;
  readonly rules: readonly CompiledRule[];
  readonly deadlines: DeadlineQueue;
  readonly redact: (text: string) => string;
  readonly #endpoints: readonly HttpEndpoint[];
  readonly #dialer: Dialer;
  readonly #secrets: SecretFilter;
  /** The shared token has run out. */
  #tokenGone = false;
  readonly #warnings = new Map<string, number>();
  /** Streams are held. */
  readonly #stream: boolean;
  /** Requests of the server may come beside the calls. */
  readonly #heard: boolean;
  readonly #streamCounts: StreamCounts = { open: 0, opened: 0, lost: 0, messages: 0 };
  readonly #messages: ControlMessages;
  readonly #requests: ServerRequests;
  /** For calls of the modern era that may take several requests; absent: none may. */
  readonly #rounds: RoundParts | undefined;
  #toDeliver: HttpCall[] = [];
  #nextId: number;
  #closed = false;

  constructor(options: DriverOptions) {
    const { target } = options;
    const { tenants } = options;
    const secrets = new SecretFilter(target.headers);
    for (const url of target.urls) secrets.addHeaders(headersFor(url, target));
    for (const { headers } of tenants ?? []) secrets.addHeaders(headers);
    this.clock = options.clock ?? systemClock;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.rules = compileRules(options.classify);
    this.deadlines = new DeadlineQueue(this.clock);
    this.#dialer = new Dialer(target.tls);
    this.#secrets = secrets;
    if (options.token !== undefined) secrets.add(options.token);
    this.redact = secrets.redact;
    const { client } = options;
    this.#stream = options.stream === true;
    this.#heard = this.#stream || options.watchStreams === true;
    const replies = client === undefined ? undefined : new ClientReplies(client, seededRandom((options.worker ?? 0) + 1));
    this.#rounds =
      replies === undefined
        ? undefined
        : {
            clock: this.clock,
            replies,
            rules: this.rules,
            redact: this.redact,
            cancelTold: (how) => this.warn(CANCEL_NOTES[how]),
            send: (call, round, timeoutMs, done) => this.#round(call, round, timeoutMs, done),
          };
    this.#nextId = (options.worker ?? 0) * IDS_PER_WORKER + 1;
    this.#endpoints = target.urls.map(
      (url, index) =>
        new HttpEndpoint({
          url,
          index,
          protocol: target.protocol,
          headers: headersFor(url, target),
          tenants,
          authorization: options.token === undefined ? undefined : bearer(options.token),
          dialer: this.#dialer,
          clock: this.clock,
          limits: this.limits,
          startTimeoutMs: options.handshakeTimeoutMs ?? target.startTimeoutMs,
          handshakeTimeoutMs: options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS,
          maxInFlight: options.maxInFlight,
          idleTimeoutMs: target.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
          sessionCalls: options.sessionCalls,
          clientInfo: { name: 'plimsoll', version: '1' },
          client: options.client,
          stream: options.stream === true,
          watchStreams: options.watchStreams === true,
          streamCounts: this.#streamCounts,
          onStreamRequest: (endpoint, session, request) => this.#requests.ofStream(endpoint, session, request),
          warn: this.warn,
          redact: secrets.redact,
          keepSecret: (secret) => secrets.add(secret),
          retireSecret: (secret) => secrets.retire(secret),
        }),
    );
    this.#messages = new ControlMessages(this.warn);
    this.#requests = new ServerRequests({
      held: this.#stream,
      clock: this.clock,
      replies,
      endpoints: this.#endpoints,
      messages: this.#messages,
      closed: () => this.#closed,
      warn: this.warn,
    });
  }

  async open(sessions: number): Promise<readonly EndpointDescription[]> {
    const count = this.#endpoints.length;
    try {
      return await Promise.all(
        this.#endpoints.map((endpoint, index) => endpoint.open(Math.max(1, Math.floor((sessions + count - 1 - index) / count)))),
      );
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  start(call: CallStart, done: (answer: CallAnswer) => void): CancelCall {
    const endpoint = this.#endpoints[call.endpoint];
    if (endpoint === undefined || this.#closed)
      throw new PlimsollError('a call was started on a driver that is not open for it', EXIT.internalError);
    if (this.#tokenGone && endpoint.sharesToken(call.tenant)) return refuseWithoutToken(this.clock, done);
    if (this.#rounds !== undefined && endpoint.modern) return new LogicalCall(this.#rounds, call, done).start();
    const id = this.#nextId++;
    return this.#put(call.tool, id, endpoint.calls.prepare(id, call), call.wantResult, call.timeoutMs, true, done);
  }

  #put(
    tool: string,
    id: number,
    prepared: PreparedCall,
    wantResult: boolean,
    timeoutMs: number,
    watch: boolean,
    done: (answer: CallAnswer) => void,
  ): CancelCall {
    const call = new HttpCall(this, prepared, id, wantResult, done);
    call.tool = tool;
    const { session } = prepared.path;
    if (this.#heard && session !== undefined) session.latest = call;
    call.send(prepared.options, timeoutMs);
    return (outcome) => call.cancel(outcome, watch);
  }

  /** One request of a call of several; the whole call says what became of it when it is cancelled, not each request. */
  #round(call: CallStart, { task, extra }: Round, timeoutMs: number, done: (answer: CallAnswer) => void): CancelCall {
    const id = this.#nextId++;
    const endpoint = this.#endpoints[call.endpoint]!;
    const prepared =
      task === undefined
        ? endpoint.calls.prepare(id, call, extra)
        : endpoint.calls.prepareTask(id, task.method, task.taskId, call, extra);
    return this.#put(call.tool, id, prepared, call.wantResult || task !== undefined, timeoutMs, false, done);
  }

  setToken(token: string | undefined): void {
    this.#tokenGone = token === undefined;
    if (token === undefined) return;
    this.#secrets.add(token);
    for (const endpoint of this.#endpoints) endpoint.setAuthorization(bearer(token));
  }

  counters(): DriverCounters {
    let connectionsReused = 0;
    let sessions = NO_SESSIONS;
    for (const endpoint of this.#endpoints) {
      connectionsReused += endpoint.pool.reused;
      sessions = addSessions(sessions, endpoint.sessions);
    }
    return {
      connectionsOpened: this.#dialer.opened,
      connectionsReused,
      sessions,
      ...(this.#stream ? { streams: { ...this.#streamCounts } } : {}),
      warnings: Object.fromEntries(this.#warnings),
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const call of this.deadlines.entries()) if (call instanceof HttpCall) call.cancel('cancelled');
    this.#flush();
    await Promise.all(this.#endpoints.map((endpoint) => endpoint.close()));
    this.#dialer.close();
    this.deadlines.close();
  }

  deliverSoon(call: HttpCall): void {
    if (this.#toDeliver.push(call) === 1) this.clock.afterSockets(this.#flush);
  }

  ended(call: HttpCall): void {
    // Modern: the closed response is the cancel.
    if (call.era === 'modern' || !call.sent || this.#closed) return;
    const params = { requestId: call.id, reason: call.local };
    const { endpoint, session } = call.path;
    const message = { method: 'notifications/cancelled', params };
    this.#messages.send(this.#endpoints[endpoint]!, session, message, 'cancel-notification-left-out');
  }

  serverMessage(call: HttpCall, { method, id, params }: Readonly<Record<string, unknown>>): void {
    if (id === undefined) {
      if (method === 'notifications/progress') call.progressed();
      return;
    }
    if (call.era === 'legacy') this.#requests.ofCall(call, method, id, params);
    else this.warn('server-request-ignored');
  }

  resume(call: HttpCall, lastEventId: string, afterMs: number): void {
    this.warn('stream-resumed');
    this.clock.setTimer(() => {
      const endpoint = this.#endpoints[call.path.endpoint];
      if (!call.over && !this.#closed && endpoint !== undefined) call.sendAgain(endpoint.restOf(call.path.session, lastEventId));
    }, afterMs);
  }

  readonly cancelTold = (how: keyof typeof CANCEL_NOTES): void => this.warn(CANCEL_NOTES[how]);

  readonly warn = (name: string): void => {
    this.#warnings.set(name, (this.#warnings.get(name) ?? 0) + 1);
  };

  readonly #flush = (): void => {
    const calls = this.#toDeliver;
    this.#toDeliver = [];
    for (const call of calls) call.deliver();
  };
}
