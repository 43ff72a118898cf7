import { Client, type Dispatcher } from 'undici';
import { codingOf, unknownCodingText } from '../../scenario/file/content-encoding.js';
import { givenLatencyText } from '../../text/figure-text.js';
import type { TimerHandle } from '../call/clock.js';
import type { EndpointOwner } from '../call/driver-core.js';
import { fromSocket, WireFailure } from '../call/wire-failure.js';
import type { Dialer } from '../http/dialer.js';
import { streamHeaders } from '../http/request-headers.js';
import { BodyDecoder } from '../protocol/body-decoder.js';
import { rawHeader, refusalHeaders } from '../protocol/raw-headers.js';
import type { RefusalHeaders } from '../protocol/refusal-hint.js';
import { SseReader } from '../protocol/sse-reader.js';
import type { ChannelLoss } from './message-channel.js';

export interface EventStreamOptions {
  readonly owner: EndpointOwner;
  readonly url: URL;
  /** Of every request of the caller, as a flat list; may be changed in place. */
  readonly headers: readonly string[];
  readonly dialer: Dialer;
  readonly openTimeoutMs: number;
}

/** Told by a stream that stands. */
export interface EventStreamListener {
  onMessage(data: string): void;
  /** It is gone; told once, and never when we closed it. */
  onLost(loss: ChannelLoss): void;
}

const ERROR_BODY_BYTES = 8 * 1024;

/** The event stream of one HTTP+SSE session, on a socket of its own: it names the address of the POSTs first, and carries all answers then. */
export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #reader: SseReader;
  #listener: EventStreamListener | undefined;
  #client: Client | undefined;
  #giveUpDial: (() => void) | undefined;
  #abort: (() => void) | undefined;
  /** Told once whether it stands: the path of its POSTs, or why there is none. */
  #opened: ((result: string | WireFailure) => void) | undefined;
  #secrets: readonly string[] = [];
  #decoder: BodyDecoder | undefined;
  #down = false;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    const limit = options.owner.limits.sseLineLength;
    this.#reader = new SseReader(
      {
        onEvent: (data) => {
          if (data !== '' && !this.#down) this.#listener?.onMessage(data);
          return !this.#down;
        },
        onOtherEvent: (type, data) => {
          if (type === 'endpoint') this.#endpoint(data);
        },
        onLineTooLong: () =>
          this.#fail('too-large', {
            fault: 'answer-too-large',
            text: `the event stream has an event of more than ${limit} characters, and was closed`,
          }),
      },
      limit,
    );
  }

  /** @returns the path of the POSTs, query included. @throws WireFailure when it does not come to stand */
  open(listener: EventStreamListener): Promise<string> {
    this.#listener = listener;
    const { owner, url, headers, dialer, openTimeoutMs } = this.#options;
    const { limits, clock } = owner;
    const client = new Client(url.origin, {
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: limits.headerBytes,
      connect: (options, callback) => {
        this.#giveUpDial = dialer.dial(options, callback);
      },
    });
    this.#client = client;
    return new Promise((resolve, reject) => {
      const timer: TimerHandle = clock.setTimer(
        () =>
          this.#opened?.(new WireFailure('timeout', `no \`endpoint\` event within ${givenLatencyText(openTimeoutMs * 1000)}`)),
        openTimeoutMs,
      );
      this.#opened = (result) => {
        this.#opened = undefined;
        clock.clearTimer(timer);
        if (typeof result === 'string') resolve(result);
        else {
          this.close();
          reject(result);
        }
      };
      client.dispatch({ path: url.pathname + url.search, method: 'GET', headers: streamHeaders(headers) }, this.#handler());
    });
  }

  close(): void {
    this.#down = true;
    this.#opened?.(new WireFailure('closed', 'the driver is closed'));
    for (const secret of this.#secrets) this.#options.owner.secrets.retire(secret);
    this.#secrets = [];
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    this.#giveUpDial?.();
    this.#decoder?.close();
    this.#abort?.();
    client.destroy().catch(() => undefined);
  }

  /** The first event: the address of the POSTs. Another origin is refused: no host is loaded that was not named. */
  #endpoint(data: string): void {
    if (this.#opened === undefined) return;
    const { owner, url } = this.#options;
    const address = URL.canParse(data, url.href) ? new URL(data, url.href) : undefined;
    if (address === undefined || address.origin !== url.origin) {
      const what = address === undefined ? 'no address' : `an address of another origin (${address.origin})`;
      this.#opened(new WireFailure('malformed', `an \`endpoint\` event with ${what}`));
      return;
    }
    this.#secrets = [...address.searchParams.values()];
    for (const secret of this.#secrets) owner.secrets.add(secret);
    this.#opened(address.pathname + address.search);
  }

  #handler(): Dispatcher.DispatchHandler {
    let status = 0;
    let contentType = '';
    let refusal: RefusalHeaders = {};
    let body = '';
    const isStream = (): boolean => status === 200 && contentType.startsWith('text/event-stream');
    const refuse = (): void => {
      const details = { status, contentType, bodyText: body, headers: refusal };
      if (isStream()) this.#fail('no-answer', { fault: 'stream-lost', text: 'the server ended the event stream' });
      else if (status >= 300) this.#opened?.(new WireFailure('status', `HTTP ${status}`, details));
      else this.#opened?.(new WireFailure('content-type', `content type ${contentType || 'missing'}`, details));
    };
    const take = (chunk: Buffer): void => {
      if (isStream()) this.#reader.push(chunk);
      else {
        body += chunk.toString('utf8', 0, ERROR_BODY_BYTES);
        if (body.length >= ERROR_BODY_BYTES) refuse();
      }
    };
    const undecodable = (text: string): void => {
      body = text;
      if (!isStream()) refuse();
      else if (this.#opened !== undefined) this.#opened(new WireFailure('malformed', text, { status, contentType }));
      else this.#fail('malformed', { fault: 'stream-lost', text: `the event stream cannot be read on: ${text}` });
    };
    const through = (act: () => void): void => {
      if (this.#decoder === undefined) act();
      else this.#decoder.finish(act);
    };
    return {
      onConnect: (abort) => {
        this.#giveUpDial = undefined;
        this.#abort = abort;
        if (this.#down) abort();
      },
      onHeaders: (code: number, headers: Buffer[]) => {
        if (code < 200) return true;
        status = code;
        contentType = rawHeader(headers, 'content-type').toLowerCase();
        if (code >= 300) refusal = refusalHeaders(headers);
        const coding = codingOf(rawHeader(headers, 'content-encoding'));
        if (typeof coding === 'string') this.#decoder = new BodyDecoder(coding, { onDecoded: take, onUndecodable: undecodable });
        else if (coding !== undefined) undecodable(unknownCodingText(coding.unknown));
        return true;
      },
      onData: (chunk: Buffer) => {
        if (this.#decoder === undefined) take(chunk);
        else this.#decoder.push(chunk, 0);
        return true;
      },
      onComplete: () => through(refuse),
      onError: (error: Error) => through(() => this.#broke(error)),
    } as Dispatcher.DispatchHandler;
  }

  #broke(error: Error): void {
    const failure = fromSocket(error);
    if (this.#opened !== undefined) this.#opened(failure);
    else this.#fail('reset', { fault: 'stream-lost', text: `the event stream broke off: ${failure.message}` });
  }

  #fail(kind: 'no-answer' | 'too-large' | 'reset' | 'malformed', loss: ChannelLoss): void {
    if (this.#opened !== undefined) this.#opened(new WireFailure(kind, loss.text));
    else if (!this.#down) {
      this.close();
      this.#listener?.onLost(loss);
    }
  }
}
