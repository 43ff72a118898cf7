import { looksCoded } from '../../scenario/file/content-encoding.js';
import { WireCall } from '../call/wire-call.js';
import type { CallAnswer } from '../driver.js';
import { jsonFault } from '../protocol/json-fault.js';
import { rawHeader } from '../protocol/raw-headers.js';
import { retryAfterMs } from '../protocol/retry-after.js';
import { type AnswerKind, readErrorBody } from '../protocol/rpc-answer.js';
import type { CallOwner, CallPath } from './call-owner.js';

/** How much of a body that is no answer is kept. */
export const ERROR_BODY_BYTES = 8 * 1024;

type BodyKind = 'none' | 'json' | 'stream' | 'text';

/** What comes back to one POST: reads its head, keeps its body, and makes the record of both. */
export abstract class HttpAnswer extends WireCall<CallOwner> {
  readonly path: CallPath;
  readonly sessionId: string | undefined;
  protected bodyKind: BodyKind = 'none';
  #chunk: Buffer | undefined = undefined;
  #chunks: Buffer[] | undefined = undefined;

  constructor(
    owner: CallOwner,
    path: CallPath,
    id: number,
    kind: AnswerKind,
    wantResult: boolean,
    bytesSent: number,
    done: (answer: CallAnswer) => void,
  ) {
    const sessionId = path.session?.id;
    super(owner, path.era, id, kind, sessionId !== undefined, wantResult, bytesSent, done);
    this.path = path;
    this.sessionId = sessionId;
  }

  get sessionServed(): boolean {
    return this.path.session?.served === true;
  }

  /** The head of an answer that may be one: its content type says how it is read. */
  protected readHead(headers: Buffer[]): void {
    const type = rawHeader(headers, 'content-type');
    if (type.startsWith('application/json')) this.bodyKind = 'json';
    else if (type.startsWith('text/event-stream')) this.bodyKind = 'stream';
    else {
      this.bodyKind = 'text';
      this.fault = 'malformed';
      this.errorText = type === '' ? 'an answer without content type' : `content type ${type}`;
    }
  }

  /** The head of an answer with a status of 300 and more. */
  protected readErrorHead(headers: Buffer[]): void {
    const retryAfter = rawHeader(headers, 'retry-after');
    if (retryAfter !== '') this.retryAfterMs = retryAfterMs(retryAfter, this.owner.clock.wallMs());
    if (this.httpStatus === 403) this.insufficientScope = rawHeader(headers, 'www-authenticate').includes('insufficient_scope');
    this.errorText = `HTTP ${this.httpStatus}`;
    if (this.httpStatus < 400) this.errorText += ` to ${rawHeader(headers, 'location')}`;
    this.bodyKind = 'text';
  }

  protected keep(chunk: Buffer): void {
    if (this.#chunk === undefined) this.#chunk = chunk;
    else if (this.#chunks === undefined) this.#chunks = [this.#chunk, chunk];
    else this.#chunks.push(chunk);
  }

  protected letGo(): void {
    this.#chunk = undefined;
    this.#chunks = undefined;
  }

  protected bodyString(): string {
    const body = this.#chunks === undefined ? this.#chunk : Buffer.concat(this.#chunks);
    return body === undefined ? '' : body.toString('utf8');
  }

  /** The body is one JSON-RPC message. */
  protected readJson(): void {
    this.readMessage(this.bodyString());
  }

  /** The body is no answer: its start is kept, and the JSON-RPC error that it may hold. */
  protected readText(): void {
    const text = this.bodyString();
    this.bodyText = looksCoded(text) ?? text.slice(0, ERROR_BODY_BYTES);
    if (this.httpStatus >= 300) readErrorBody(this.bodyText, this);
    else if (this.bodyText !== '') this.bodyText = `${this.errorText}: ${this.bodyText}`;
  }

  protected readMessage(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch (error) {
      this.malformed(error, text);
      return;
    }
    this.readParsed(message, text);
  }

  protected readParsed(message: unknown, text: string): void {
    this.read(message, text);
  }

  protected malformed(error: unknown, text: string): void {
    this.fault = 'malformed';
    this.errorText = jsonFault(text, error);
  }
}
