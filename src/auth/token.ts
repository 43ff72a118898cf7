/** A bearer token with what is known of its end. */
export interface Token {
  readonly value: string;
  /** Seconds for which it is good from when it was obtained; absent when nothing says so. */
  readonly lifetimeS?: number;
}

/** Where tokens come from. @throws PlimsollError (exit code 6) with the sentence that helps. */
export type TokenSource = () => Promise<Token>;

/** What may stand in an authorization header as a bearer token (RFC 6750, 2.1: b64token), with the characters that real tokens stray to. */
const SENDABLE = /^[\x21-\x7e]+$/;

/** The token in a text, without the word `Bearer` that some tools print before it; undefined when it cannot be one. */
export function tokenText(text: string): string | undefined {
  const bare = text.trim().replace(/^Bearer\s+/i, '');
  return SENDABLE.test(bare) && !/^Bearer$/i.test(bare) ? bare : undefined;
}

/** `exp` of a JWT (RFC 7519, 4.1.4) as seconds from `wallMs`; undefined for anything else. The token is not verified: that is the server's part. */
export function jwtLifetimeS(token: string, wallMs: number): number | undefined {
  const payload = token.split('.').length === 3 ? token.split('.')[1] : undefined;
  if (payload === undefined) return undefined;
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as unknown;
    const exp = typeof claims === 'object' && claims !== null && 'exp' in claims ? claims.exp : undefined;
    return typeof exp === 'number' && Number.isFinite(exp) ? exp - wallMs / 1000 : undefined;
  } catch {
    return undefined;
  }
}
