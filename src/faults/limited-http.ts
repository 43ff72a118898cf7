import { givenLatencyText } from '../text/figure-text.js';
/** Why a call of the Toxiproxy API came to nothing. */
export type ApiFailureKind =
  /** No connection: nothing listens there, or it went away. */
  | 'unreachable'
  /** No answer within the limit, or Toxiproxy's own cut-off (503): it hangs in one of its locks. */
  | 'wedged'
  /** An answer that says no. */
  | 'refused';

export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';

  constructor(
    message: string,
    readonly kind: ApiFailureKind,
    readonly status?: number,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

export interface HttpData {
  readonly data: unknown;
}

/**
 * The HTTP that toxiproxy-node-client speaks through, in place of its own, which knows no time limit and throws the error text away.
 * Every method throws ApiFailure.
 */
export class LimitedHttp {
  constructor(readonly limitMs: number) {}

  async get(url: string): Promise<HttpData> {
    return dataOf(await this.#ask('GET', url));
  }

  async post(url: string, body?: unknown): Promise<HttpData> {
    return dataOf(await this.#ask('POST', url, body));
  }

  async delete(url: string): Promise<void> {
    await this.#ask('DELETE', url);
  }

  getText(url: string): Promise<string> {
    return this.#ask('GET', url);
  }

  async #ask(method: string, url: string, body?: unknown): Promise<string> {
    let status: number;
    let text: string;
    try {
      const answer = await fetch(url, {
        method,
        signal: AbortSignal.timeout(this.limitMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      status = answer.status;
      text = await answer.text();
    } catch (error) {
      throw failureOf(error as Error, this.limitMs);
    }
    if (status >= 200 && status < 300) return text;
    if (status === 503) throw new ApiFailure('it gave the call up by itself (503)', 'wedged', status);
    throw new ApiFailure(errorText(text, status), 'refused', status);
  }
}

function failureOf(error: Error, limitMs: number): ApiFailure {
  if (error.name === 'TimeoutError')
    return new ApiFailure(`no answer within ${givenLatencyText(limitMs * 1000)}`, 'wedged', undefined, error);
  const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException;
  return new ApiFailure(code ?? message, 'unreachable', undefined, error);
}

function dataOf(text: string): HttpData {
  if (text === '') return { data: undefined };
  try {
    return { data: JSON.parse(text) };
  } catch (cause) {
    throw new ApiFailure(`what it answered is not JSON: ${text.slice(0, 100)}`, 'refused', undefined, cause);
  }
}

/** Toxiproxy's errors are `{"error": "...", "status": N}`, whatever their content type says. */
function errorText(text: string, status: number): string {
  try {
    const { error } = JSON.parse(text) as { readonly error?: unknown };
    if (typeof error === 'string') return `${error} (${status})`;
  } catch {
    // Not JSON: the text itself says it.
  }
  return `${text.trim().slice(0, 200) || 'no reason given'} (${status})`;
}
