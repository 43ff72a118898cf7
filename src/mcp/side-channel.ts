import { type Dispatcher, Pool } from 'undici';
import type { Clock } from './clock.js';
import type { Dialer } from './dialer.js';
import type { DriverLimits } from './driver-options.js';
import { errorCode, isNotHttp } from './socket-error.js';
import { SseReader } from './sse-reader.js';
import { WireFailure } from './wire-failure.js';

export interface SideRequest {
  readonly method: 'POST' | 'DELETE';
  /** Flat list: name, value, ... */
  readonly headers: readonly string[];
  readonly body?: string;
  readonly timeoutMs: number;
  /** Gets each JSON-RPC message of the answer; returns true when it has what it waits for. */
  readonly onMessage?: (message: unknown) => boolean;
}

export interface SideReply {
  readonly status: number;
  readonly sessionId: string | undefined;
  /** The message that was waited for has come. */
  readonly satisfied: boolean;
}

const ERROR_BODY_BYTES = 8 * 1024;
const CONNECTIONS = 16;

/** Requests that are not timed (handshake, listing, cancel notifications, session end) on connections of their own, so that they never take one from the load. */
export class SideChannel {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #limits: DriverLimits;
  readonly #inFlight = new Set<AbortController>();
  #closed = false;

  constructor(url: URL, dialer: Dialer, clock: Clock, limits: DriverLimits) {
    this.#path = url.pathname + url.search;
    this.#clock = clock;
    this.#limits = limits;
    this.#pool = new Pool(url.origin, {
      connections: CONNECTIONS,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: limits.headerBytes,
      connect: (options, callback) => {
        dialer.dial(options, callback);
      },
    });
  }

  /**
   * Sends one request and reads its answer.
   * @throws WireFailure when there is no answer, or a status of 300 and more.
   */
  async send(request: SideRequest): Promise<SideReply> {
    if (this.#closed) throw new WireFailure('closed', 'the driver is closed');
    const abort = new AbortController();
    this.#inFlight.add(abort);
    let timedOut = false;
    const timer = this.#clock.setTimer(() => {
      timedOut = true;
      abort.abort();
    }, request.timeoutMs);
    const done = (): void => {
      this.#clock.clearTimer(timer);
      this.#inFlight.delete(abort);
    };
    try {
      const response = await this.#pool.request({
        path: this.#path,
        method: request.method,
        headers: [...request.headers],
        body: request.body ?? null,
        signal: abort.signal,
      });
      const satisfied = await this.#read(response, request);
      // What is left of a stream is read over, so that its connection can be used again; the timer ends it if it never ends.
      response.body
        .dump({ limit: 64 * 1024 })
        .catch(() => undefined)
        .finally(done);
      return { status: response.statusCode, sessionId: one(response.headers['mcp-session-id']), satisfied };
    } catch (error) {
      done();
      if (timedOut) throw new WireFailure('timeout', `no answer within ${request.timeoutMs} ms`);
      throw error instanceof WireFailure ? error : fromSocket(error, this.#closed);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const abort of this.#inFlight) abort.abort();
    await this.#pool.destroy();
  }

  async #read(response: Dispatcher.ResponseData, request: SideRequest): Promise<boolean> {
    const { statusCode: status, body } = response;
    const contentType = (one(response.headers['content-type']) ?? '').split(';')[0]!.trim().toLowerCase();
    if (status >= 300) {
      const bodyText = await readText(body, ERROR_BODY_BYTES);
      const location = one(response.headers.location);
      throw new WireFailure('status', `HTTP ${status}`, {
        status,
        contentType,
        bodyText,
        ...(location === undefined ? {} : { location }),
      });
    }
    const onMessage = request.onMessage;
    if (onMessage === undefined) return true;
    if (contentType === 'application/json') {
      const bodyText = await readText(body, this.#limits.answerBytes, true);
      return onMessage(parse(bodyText, status));
    }
    if (contentType === 'text/event-stream') return this.#readStream(body, onMessage, status);
    const bodyText = await readText(body, ERROR_BODY_BYTES);
    throw new WireFailure('content-type', `content type ${contentType === '' ? 'missing' : contentType}`, {
      status,
      contentType,
      bodyText,
    });
  }

  async #readStream(
    body: Dispatcher.ResponseData['body'],
    onMessage: (message: unknown) => boolean,
    status: number,
  ): Promise<boolean> {
    let satisfied = false;
    let failure: WireFailure | undefined;
    const reader = new SseReader(
      {
        onEvent: (data) => {
          if (data === '') return true;
          satisfied = onMessage(parse(data, status));
          return !satisfied;
        },
        onLineTooLong: () => {
          failure = new WireFailure('too-large', 'a line of the event stream is too long');
        },
      },
      this.#limits.sseLineLength,
    );
    let bytes = 0;
    const iterator = body[Symbol.asyncIterator]();
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      const chunk = next.value as Buffer;
      bytes += chunk.length;
      if (bytes > this.#limits.answerBytes)
        throw new WireFailure('too-large', `an answer of more than ${this.#limits.answerBytes} bytes`);
      reader.push(chunk);
      if (failure !== undefined) throw failure;
      if (satisfied) return true;
    }
    throw new WireFailure('no-answer', 'the event stream ended without an answer', { status });
  }
}

async function readText(body: Dispatcher.ResponseData['body'], limit: number, strict = false): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes <= limit) continue;
    if (strict) throw new WireFailure('too-large', `an answer of more than ${limit} bytes`);
    break;
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, limit);
}

function parse(text: string, status: number): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new WireFailure('malformed', text === '' ? 'an empty answer' : 'an answer that is not JSON', {
      status,
      bodyText: text.slice(0, 300),
    });
  }
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

const CONNECT_CODES =
  /^(ECONNREFUSED|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EADDRNOTAVAIL|EMFILE|ENFILE|UND_ERR_CONNECT|CERT_|ERR_TLS|ERR_SSL|DEPTH_|SELF_SIGNED|UNABLE_TO)/;

function fromSocket(error: unknown, closed: boolean): WireFailure {
  const code = errorCode(error);
  const message = error instanceof Error ? error.message || code : String(error);
  if (closed) return new WireFailure('closed', 'the driver is closed');
  if (isNotHttp(error)) return new WireFailure('not-http', message, { code });
  if (CONNECT_CODES.test(code) || code === 'EPROTO') return new WireFailure('connect', message, { code });
  return new WireFailure('reset', message, { code });
}
