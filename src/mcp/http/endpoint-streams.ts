import type { Dispatcher } from 'undici';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { givenLatencyText } from '../../text/figure-text.js';
import type { TimerHandle } from '../call/clock.js';
import { forEachLimit } from '../call/for-each-limit.js';
import { DEFAULT_IDLE_TIMEOUT_MS } from '../driver-options.js';
import { refusalHint } from '../protocol/refusal-hint.js';
import { ConnectionPool } from './connection-pool.js';
import { HeldStream, type StreamFailure } from './held-stream.js';
import type { HttpEndpointOptions } from './http-endpoint-options.js';
import type { LegacySession } from './legacy-session.js';
import { modernHeaders, streamHeaders } from './request-headers.js';

/** What a stream that does not come to stand is told with. */
export interface StreamWords {
  /** What to do where the server has none. */
  readonly hint: string;
  /** Its request carried credentials. */
  readonly authorized: boolean;
  readonly redact: (text: string) => string;
}

/** Statuses by which a server says that it has no streams, or no more of them. */
const WITHOUT_STREAM: ReadonlySet<number> = new Set([404, 405, 406, 409, 410, 501]);

/** A stream still to be opened. */
export type StreamStart = () => Promise<StreamFailure | undefined>;

/** How long a stream that is only looked at may take to open. */
const WATCH_OPEN_MS = 1000;
const NOTIFICATIONS = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };

/** The streams that are held at one endpoint beside the calls, on connections of their own. */
export class EndpointStreams {
  readonly #options: HttpEndpointOptions;
  readonly #path: string;
  readonly #pool: ConnectionPool;
  readonly #streams = new Map<LegacySession | number, HeldStream>();
  #nextId = 0;

  constructor(options: HttpEndpointOptions) {
    const { owner, driver, dialer } = options;
    const url = new URL(options.url);
    this.#options = options;
    this.#path = url.pathname + url.search;
    this.#pool = new ConnectionPool({
      origin: url.origin,
      dialer,
      headerBytes: owner.limits.headerBytes,
      idleTimeoutMs: driver.target.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
      expected: Number.POSITIVE_INFINITY,
      onExtra: () => {},
      onIdleReset: () => {},
    });
  }

  /** @throws PlimsollError (exit code 6) when the server opens one of them not */
  openAll(starts: readonly StreamStart[], atOnce: number, { hint, authorized, redact }: StreamWords): Promise<void> {
    return forEachLimit(starts, atOnce, async (start) => {
      const failure = await start();
      if (failure === undefined) return;
      const why = failure.notOffered ? 'does not offer streams' : `did not open a stream: ${redact(failure.text).slice(0, 200)}`;
      throw new PlimsollError(`${this.#options.url} ${why}`, 'target', { hint: this.#hintOf(failure, hint, authorized) });
    });
  }

  /** A server without streams is loaded without them; who is not let in, or asks in vain, has another trouble. */
  #hintOf({ notOffered, status, text }: StreamFailure, hint: string, authorized: boolean): string {
    if (notOffered || WITHOUT_STREAM.has(status) || (status < 300 && status !== 0)) return hint;
    if (status === 0) return `look at the log of the server, or ${hint}`;
    const url = new URL(this.#options.url);
    return refusalHint({ url, status, said: text, request: 'call', transport: 'streamable-http', authorized });
  }

  /** Legacy: the GET stream of a session. */
  hold(session: LegacySession): Promise<StreamFailure | undefined> {
    return this.#hold(session, session, () => ({
      path: this.#path,
      method: 'GET',
      headers: streamHeaders(session.messageHeaders),
    }));
  }

  /** Looks at the streams of sessions for a while, where the server has them; that they cannot be had says nothing. */
  async watch(sessions: readonly LegacySession[]): Promise<void> {
    const opened = Promise.all(sessions.map((session) => this.hold(session)));
    let timer: TimerHandle | undefined;
    const late = new Promise<void>((resolve) => {
      timer = this.#options.owner.clock.setTimer(resolve, WATCH_OPEN_MS);
    });
    await Promise.race([opened, late]);
    if (timer !== undefined) this.#options.owner.clock.clearTimer(timer);
  }

  /** Modern: a long answer to `subscriptions/listen`. */
  listen(baseHeaders: readonly string[], _meta: Readonly<Record<string, unknown>>): Promise<StreamFailure | undefined> {
    const key = this.#nextId++;
    const id = `stream-${this.#options.index}-${key}`;
    const params = { notifications: NOTIFICATIONS, _meta };
    const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'subscriptions/listen', params });
    return this.#hold(key, undefined, () => ({
      path: this.#path,
      method: 'POST',
      headers: modernHeaders(baseHeaders, 'subscriptions/listen'),
      body,
    }));
  }

  /** A session takes its stream with it. */
  drop(session: LegacySession): void {
    this.#streams.get(session)?.close();
    this.#streams.delete(session);
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.close();
    this.#streams.clear();
  }

  /** Once nothing is under way on them any more. */
  closeConnections(): void {
    this.#pool.close();
  }

  #hold(
    key: LegacySession | number,
    session: LegacySession | undefined,
    request: () => Dispatcher.DispatchOptions,
  ): Promise<StreamFailure | undefined> {
    const { owner, streamCounts: counts, index, onStreamRequest } = this.#options;
    const { clock, limits } = owner;
    const timeoutMs = owner.handshake.handshakeTimeoutMs;
    return new Promise((resolve) => {
      const timer = clock.setTimer(
        () => resolve({ notOffered: false, status: 0, text: `no answer within ${givenLatencyText(timeoutMs * 1000)}` }),
        timeoutMs,
      );
      const stream = new HeldStream({
        pool: this.#pool,
        clock,
        counts,
        lineLimit: limits.sseLineLength,
        request,
        onRequest: (asked) => onStreamRequest(index, session, asked),
        onRefused: () => owner.warn('stream-refused'),
        onFirst: (failure) => {
          clock.clearTimer(timer);
          resolve(failure);
        },
      });
      this.#streams.set(key, stream);
      stream.open();
    });
  }
}
