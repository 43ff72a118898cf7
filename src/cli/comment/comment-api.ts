import { request } from 'undici';
import { givenLatencyText } from '../../text/figure-text.js';
import { saidIn } from '../../text/said-in.js';
import { retryWaitMs } from './retry-wait.js';

const REQUEST_TIMEOUT_MS = 15_000;
/** Of all waits for a rate limit together. */
const MOST_WAIT_MS = 60_000;
/** Of everything that is asked, waits included: a job must not hang on an API that answers slowly. */
const MOST_MS = 180_000;
/** A page of 100 comments of the greatest length. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** Why a request came to nothing. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';

  constructor(
    message: string,
    /** Absent where there was no answer. */
    readonly status?: number,
  ) {
    super(message);
  }
}

/** An answer that says yes. */
export interface ApiAnswer {
  readonly data: unknown;
  readonly link: string | undefined;
}

/** Clock and wait, which tests replace. */
export interface ApiClock {
  /** Time of the day, milliseconds since 1970. */
  nowMs(): number;
  pause(ms: number): Promise<void>;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  readonly url: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** The API of the site that runs this job. It follows no redirection, so that the token reaches no other host. */
export class CommentApi {
  readonly #headers: Readonly<Record<string, string>>;
  readonly #clock: ApiClock;
  readonly #onWait: (ms: number) => void;
  readonly #endMs: number;
  #waitLeftMs = MOST_WAIT_MS;

  constructor(headers: Readonly<Record<string, string>>, clock: ApiClock, onWait: (ms: number) => void) {
    this.#headers = headers;
    this.#clock = clock;
    this.#onWait = onWait;
    this.#endMs = clock.nowMs() + MOST_MS;
  }

  /** Makes a request, and makes it again after a rate limit. @throws ApiRefusal */
  async ask(wanted: ApiRequest): Promise<ApiAnswer> {
    for (;;) {
      const { status, headers, text } = await this.#once(wanted);
      if (status >= 200 && status < 300) return { data: parsed(text, status), link: headers.link };
      const waitMs = retryWaitMs({ status, headers }, this.#clock.nowMs());
      const said = saidIn(text);
      const words = `HTTP ${status}${said === '' ? '' : `: ${said.slice(0, 200)}`}`;
      // A secondary rate limit of GitHub may name no time. It is not a lack of rights.
      if (waitMs === undefined) throw new ApiRefusal(words, status === 403 && /rate limit/i.test(said) ? 429 : status);
      // A wait of nothing must not become a loop without end.
      const realMs = Math.max(1000, waitMs);
      if (realMs > this.#waitLeftMs) {
        throw new ApiRefusal(
          `rate limit, ${words}; it wants ${givenLatencyText(waitMs * 1000)} and at most 60 s are waited in all`,
          429,
        );
      }
      this.#waitLeftMs -= realMs;
      this.#onWait(realMs);
      await this.#clock.pause(realMs);
    }
  }

  async #once({ method, url, body }: ApiRequest): Promise<{
    readonly status: number;
    readonly headers: Readonly<Record<string, string | undefined>>;
    readonly text: string;
  }> {
    const limitMs = Math.min(REQUEST_TIMEOUT_MS, this.#endMs - this.#clock.nowMs());
    if (limitMs <= 0) throw new ApiRefusal(`not done after ${givenLatencyText(MOST_MS * 1000)}`);
    try {
      const answer = await request(url, {
        method,
        headers: { ...this.#headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        reset: true,
        signal: AbortSignal.timeout(limitMs),
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > MAX_ANSWER_BYTES) throw new Error(`an answer of more than ${MAX_ANSWER_BYTES} bytes`);
        chunks.push(chunk);
      }
      const headers = Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [
          name.toLowerCase(),
          Array.isArray(value) ? value.join(', ') : value,
        ]),
      );
      return { status: answer.statusCode, headers, text: Buffer.concat(chunks).toString('utf8') };
    } catch (error) {
      if ((error as Error).name === 'TimeoutError') {
        throw new ApiRefusal(`no answer within ${givenLatencyText(limitMs * 1000)}`);
      }
      const { code, message } = error as NodeJS.ErrnoException;
      throw new ApiRefusal(message === '' || message === undefined ? String(code) : message);
    }
  }
}

/** @throws ApiRefusal for what is no JSON: a page of a proxy, for instance. */
function parsed(text: string, status: number): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ApiRefusal(`HTTP ${status}, but no JSON: ${saidIn(text).slice(0, 200)}`, status);
  }
}
