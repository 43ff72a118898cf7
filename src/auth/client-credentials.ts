import { Agent, request } from 'undici';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { decodedBody } from '../scenario/file/content-encoding.js';
import type { ClientCredentials, TlsMaterial } from '../scenario/target.js';
import { connectOptions } from '../scenario/tls-connect.js';
import { givenLatencyText } from '../text/figure-text.js';
import { saidIn } from '../text/said-in.js';
import { jwtLifetimeS, type Token, type TokenSource, tokenText } from './token.js';

const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * OAuth 2.1 client credentials (draft-ietf-oauth-v2-1, 4.2; RFC 6749, 4.4): one POST to the token endpoint, the client's name and secret by
 * HTTP Basic (2.3.1) or in the body. `resource` binds the token to a server (RFC 8707), as MCP asks for.
 */
export const clientCredentialsSource =
  (credentials: ClientCredentials, timeoutMs: number, tls: TlsMaterial | undefined): TokenSource =>
  async () => {
    const agent = new Agent(tls === undefined ? {} : { connect: connectOptions(tls) });
    try {
      return await ask(credentials, timeoutMs, agent);
    } finally {
      await agent.destroy();
    }
  };

async function ask(credentials: ClientCredentials, timeoutMs: number, dispatcher: Agent): Promise<Token> {
  const { tokenUrl, clientId, clientSecret, scope, resource, authentication } = credentials;
  const fields = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scope !== undefined) fields.set('scope', scope);
  if (resource !== undefined) fields.set('resource', resource);
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
    'accept-encoding': 'identity',
  };
  if (authentication === 'basic') {
    // Both parts are form-encoded before they are joined (RFC 6749, 2.3.1).
    const joined = `${encoded(clientId)}:${encoded(clientSecret)}`;
    headers.authorization = `Basic ${Buffer.from(joined, 'utf8').toString('base64')}`;
  } else {
    fields.set('client_id', clientId);
    fields.set('client_secret', clientSecret);
  }
  let status: number;
  let text: string;
  try {
    const answer = await request(tokenUrl, {
      method: 'POST',
      headers,
      body: fields.toString(),
      dispatcher,
      signal: AbortSignal.timeout(timeoutMs),
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    status = answer.statusCode;
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) throw new Error(`more than ${MAX_ANSWER_BYTES} bytes`);
      chunks.push(chunk);
    }
    const coding = String(answer.headers['content-encoding'] ?? '');
    text = (await decodedBody(Buffer.concat(chunks), coding, MAX_ANSWER_BYTES)).toString('utf8');
  } catch (error) {
    const why =
      (error as Error).name === 'TimeoutError' ? `no answer within ${givenLatencyText(timeoutMs * 1000)}` : reason(error);
    throw new PlimsollError(`no token from ${tokenUrl}: ${why}`, 'target', {
      hint: 'is target.auth.clientCredentials.tokenUrl right, and can it be reached from here?',
      cause: error,
    });
  }
  return read(status, text, tokenUrl);
}

function read(status: number, text: string, tokenUrl: string): Token {
  const fields = parsed(text);
  if (status !== 200) {
    const said = saidIn(text);
    throw new PlimsollError(
      `${tokenUrl} refused a token with HTTP ${status}${said === '' ? '' : `: ${said.slice(0, 200)}`}`,
      'target',
      {
        hint:
          status === 400 || status === 401
            ? 'check clientId, clientSecret, scope and authentication (basic or post) under target.auth.clientCredentials'
            : status === 429 || status >= 500
              ? 'the authorization server, or a proxy before it, is failing or limits its callers: look there, or wait'
              : 'tokenUrl must be the token endpoint of the authorization server',
      },
    );
  }
  const value = typeof fields.access_token === 'string' ? tokenText(fields.access_token) : undefined;
  const type = typeof fields.token_type === 'string' ? fields.token_type : 'bearer';
  if (value === undefined || type.toLowerCase() !== 'bearer') {
    throw new PlimsollError(`${tokenUrl} answered without a bearer token`, 'target', {
      hint: 'a token endpoint answers with JSON that has access_token and token_type Bearer',
    });
  }
  const given = Number(fields.expires_in);
  const lifetimeS = Number.isFinite(given) && given > 0 ? given : jwtLifetimeS(value, Date.now());
  return lifetimeS === undefined ? { value } : { value, lifetimeS };
}

const encoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && !error.message.includes(code) ? `${error.message} (${code})`.trim() : error.message;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
