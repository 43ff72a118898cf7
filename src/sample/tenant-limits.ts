import type { IncomingMessage, ServerResponse } from 'node:http';

/** Callers that are remembered; a caller beyond them starts with a full bucket. */
const MAX_TENANTS = 1000;

/** A token bucket a tenant (header `x-tenant`): so many requests a second each, and at most one second's worth at once. */
export class TenantLimits {
  readonly #perS: number;
  readonly #nowMs: () => number;
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(perS: number, nowMs: () => number = () => performance.now()) {
    this.#perS = perS;
    this.#nowMs = nowMs;
  }

  /** Milliseconds until the tenant may come again; 0 when it may come now, which takes one token. */
  take(tenant: string): number {
    const nowMs = this.#nowMs();
    const bucket = this.#buckets.get(tenant) ?? { tokens: this.#perS, atMs: nowMs };
    if (this.#buckets.size >= MAX_TENANTS && !this.#buckets.has(tenant)) this.#buckets.clear();
    this.#buckets.set(tenant, bucket);
    bucket.tokens = Math.min(this.#perS, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * this.#perS);
    bucket.atMs = nowMs;
    if (bucket.tokens < 1) return ((1 - bucket.tokens) / this.#perS) * 1000;
    bucket.tokens -= 1;
    return 0;
  }

  /** Answers 429 with `Retry-After` when the caller has used up its share. @returns whether it did */
  refuse(request: IncomingMessage, response: ServerResponse): boolean {
    const header = request.headers['x-tenant'];
    if (typeof header !== 'string' || request.method !== 'POST') return false;
    const waitMs = this.take(header);
    if (waitMs === 0) return false;
    response.writeHead(429, { 'content-type': 'application/json', 'retry-after': String(Math.ceil(waitMs / 1000)) });
    const message = `tenant ${header} is over its limit of ${this.#perS} requests a second`;
    response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32000, message } }));
    return true;
  }
}
