import { Agent, request } from 'undici';
import { decodedBody } from '../scenario/file/content-encoding.js';
import type { TlsMaterial } from '../scenario/target.js';
import { connectOptions } from '../scenario/tls-connect.js';
import { basicAuthorization } from '../scenario/url-credentials.js';
import { givenLatencyText } from '../text/figure-text.js';

export interface Page {
  readonly status: number;
  readonly text: string;
}

export interface PageOptions {
  /** For the whole of the answer. */
  readonly timeoutMs: number;
  /** What goes beyond is not read. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  /** For an https page. */
  readonly tls?: TlsMaterial;
}

/** A page that was longer than it may be. */
class PageTooLong extends Error {
  override readonly name = 'PageTooLong';
}

/**
 * Reads a page of the server under test on a connection of its own, as a kubelet does: neither a connection that has gone stale nor one
 * that still works may stand in for whether the server takes new ones.
 * @throws Error with a short sentence: no answer in time, refused, reset, too long.
 */
export async function readPage(url: string, { timeoutMs, maxBytes, signal, tls }: PageOptions): Promise<Page> {
  const abort = new AbortController();
  const late = `no answer within ${givenLatencyText(timeoutMs * 1000)}`;
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    abort.abort();
  }, timeoutMs);
  const stop = (): void => abort.abort();
  signal?.addEventListener('abort', stop, { once: true });
  const authorization = basicAuthorization(url);
  const own = tls === undefined || !url.startsWith('https:') ? undefined : new Agent({ connect: connectOptions(tls) });
  try {
    const { statusCode, headers, body } = await request(url, {
      reset: true,
      headers: { 'accept-encoding': 'identity', ...(authorization === undefined ? {} : { authorization }) },
      signal: abort.signal,
      headersTimeout: 0,
      bodyTimeout: 0,
      ...(own === undefined ? {} : { dispatcher: own }),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw new PageTooLong(`more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    const coding = String(headers['content-encoding'] ?? '');
    return { status: statusCode, text: (await decodedBody(Buffer.concat(chunks), coding, maxBytes)).toString('utf8') };
  } catch (error) {
    throw timedOut ? new Error(late) : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    void own?.destroy().catch(() => {});
  }
}
