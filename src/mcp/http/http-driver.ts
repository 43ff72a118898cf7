import { headersFor } from '../../scenario/url-credentials.js';
import { DriverCore } from '../call/driver-core.js';
import type { Round } from '../call/round.js';
import { type AskingPlace, type ServerRequest, ServerRequestHandler } from '../call/server-request-handler.js';
import type { WireCall } from '../call/wire-call.js';
import type { CallAnswer, CallStart, CancelCall, Driver, DriverCounters } from '../driver.js';
import type { DriverOptions } from '../driver-options.js';
import { resultInBody } from '../protocol/whole-answer.js';
import { ControlMessages } from './control-messages.js';
import { Dialer } from './dialer.js';
import { type CallOwner, HttpCall } from './http-call.js';
import { HttpEndpoint } from './http-endpoint.js';
import type { LegacySession } from './legacy-session.js';
import type { MadeRequest, RequestMaker } from './request-maker.js';

const FIRST_CALL_ID = 1;

/** Makes a driver that speaks MCP over Streamable HTTP, legacy and modern. */
export function createHttpDriver(options: DriverOptions): Driver {
  return new HttpDriver(options);
}

/** Makes one that only makes the requests: for targets with one URL and no tenants. */
export function createRequestMaker(options: DriverOptions): RequestMaker {
  return new HttpDriver(options);
}

const bearer = (token: string): string => `Bearer ${token}`;

class HttpDriver extends DriverCore<HttpEndpoint> implements RequestMaker, CallOwner {
  protected readonly endpoints: readonly HttpEndpoint[];
  readonly #dialer: Dialer;
  /** Requests of the server may come beside the calls. */
  readonly #heard: boolean;
  readonly #messages: ControlMessages;
  /** Id of the next request that is made and not sent. */
  #nextMade = FIRST_CALL_ID;
  /** For each call and each stream whose server has asked something. */
  readonly #handlers = new WeakMap<HttpCall | LegacySession | HttpEndpoint, ServerRequestHandler>();

  constructor(options: DriverOptions) {
    super(options, FIRST_CALL_ID);
    const { target, token } = options;
    this.#dialer = new Dialer(target.tls);
    this.#heard = this.streams !== undefined || options.watchStreams === true;
    const streamCounts = this.streams ?? { open: 0, opened: 0, lost: 0, messages: 0 };
    this.endpoints = target.urls.map(
      (url, index) =>
        new HttpEndpoint({
          owner: this,
          driver: options,
          url,
          index,
          headers: headersFor(url, target),
          authorization: token === undefined ? undefined : bearer(token),
          dialer: this.#dialer,
          streamCounts,
          onStreamRequest: (endpoint, session, request) => {
            const at = this.endpoints[endpoint]!;
            this.#asked(session ?? at, request, () => this.#streamPlace(at, session));
          },
        }),
    );
    this.#messages = new ControlMessages(this.warn);
  }

  make(caller: number, call: CallStart): MadeRequest {
    const [endpoint] = this.endpoints as readonly [HttpEndpoint];
    const id = this.#nextMade++;
    const { kind, path, options } = endpoint.calls.prepare(id, call, '', endpoint.sessionOf(caller));
    const flat = options.headers as readonly string[];
    const headers: Record<string, string> = {};
    for (let at = 0; at + 1 < flat.length; at += 2) headers[flat[at] as string] = flat[at + 1] as string;
    return { headers, body: options.body as Buffer, resultIn: (body) => resultInBody(body, id, path.era, kind) };
  }

  protected send(
    endpoint: HttpEndpoint,
    id: number,
    call: CallStart,
    round: Round | undefined,
    timeoutMs: number,
    done: (answer: CallAnswer) => void,
  ): CancelCall {
    const task = round?.task;
    const prepared =
      task === undefined
        ? endpoint.calls.prepare(id, call, round?.extra)
        : endpoint.calls.prepareTask(id, task.method, task.taskId, call, round?.extra ?? '');
    const wire = new HttpCall(this, prepared, id, call.wantResult || task !== undefined, done);
    wire.tool = call.tool;
    const { session } = prepared.path;
    if (this.#heard && session !== undefined) session.latest = wire;
    wire.send(prepared.options, timeoutMs);
    const watch = round === undefined;
    return (outcome) => wire.cancel(outcome, watch);
  }

  protected useToken(token: string): void {
    for (const endpoint of this.endpoints) endpoint.setAuthorization(bearer(token));
  }

  protected connections(): Pick<DriverCounters, 'connectionsOpened' | 'connectionsReused'> {
    return {
      connectionsOpened: this.#dialer.opened,
      connectionsReused: this.endpoints.reduce((sum, { pool }) => sum + pool.reused, 0),
    };
  }

  protected cancelAll(): void {
    for (const call of this.deadlines.entries()) if (call instanceof HttpCall) call.cancel('cancelled');
  }

  protected release(): void {
    this.#dialer.close();
  }

  ended(call: HttpCall): void {
    // Modern: the closed response is the cancel.
    if (call.era === 'modern' || !call.sent || this.closed) return;
    const params = { requestId: call.id, reason: call.local };
    const { endpoint, session } = call.path;
    const message = { method: 'notifications/cancelled', params };
    this.#messages.send(this.endpoints[endpoint]!, session, message, 'cancel-notification-left-out');
  }

  serverMessage(call: HttpCall, { method, id, params }: Readonly<Record<string, unknown>>): void {
    if (id === undefined) {
      if (method === 'notifications/progress') call.progressed();
      return;
    }
    if (call.era === 'legacy') this.#asked(call, { method, id, params }, () => this.#callPlace(call));
    else this.warn('server-request-ignored');
  }

  resume(call: HttpCall, lastEventId: string, afterMs: number): void {
    this.warn('stream-resumed');
    this.clock.setTimer(() => {
      const endpoint = this.endpoints[call.path.endpoint];
      if (!call.over && !this.closed && endpoint !== undefined) call.sendAgain(endpoint.restOf(call.path.session, lastEventId));
    }, afterMs);
  }

  #asked(from: HttpCall | LegacySession | HttpEndpoint, request: ServerRequest, placeOf: () => AskingPlace): void {
    let handler = this.#handlers.get(from);
    if (handler === undefined) {
      handler = new ServerRequestHandler({ clock: this.clock, replies: this.replies, warn: this.warn }, placeOf());
      this.#handlers.set(from, handler);
    }
    handler.on(request);
  }

  #callPlace(call: HttpCall): AskingPlace {
    return {
      ...this.#answering(this.endpoints[call.path.endpoint]!, call.path.session),
      call: () => call,
      tool: () => call.tool,
    };
  }

  /** Requests beside the calls: where one alone is under way on the session, it can be no other that waits. */
  #streamPlace(endpoint: HttpEndpoint, session: LegacySession | undefined): AskingPlace {
    const call = (): WireCall | 'several' | undefined => {
      if (session?.inFlight === 0) return undefined;
      const latest = session?.inFlight === 1 ? session.latest : undefined;
      return latest === undefined || latest.over ? 'several' : latest;
    };
    return {
      ...this.#answering(endpoint, session),
      call,
      tool: () => {
        const alone = call();
        return alone === undefined || alone === 'several' ? '' : alone.tool;
      },
      notHeld: this.streams === undefined,
    };
  }

  #answering(endpoint: HttpEndpoint, session: LegacySession | undefined): Pick<AskingPlace, 'over' | 'reply' | 'tell'> {
    return {
      over: (waiting) => this.closed || waiting?.over === true,
      reply: (message) => {
        endpoint.reply(message, session).catch(() => this.warn('reply-to-server-failed'));
      },
      tell: (message) => this.#messages.send(endpoint, session, message, 'server-request-left-out'),
    };
  }
}
