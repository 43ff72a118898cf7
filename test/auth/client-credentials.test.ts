import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clientCredentialsSource } from '../../src/auth/client-credentials.js';
import type { ClientCredentials } from '../../src/scenario/target.js';
import { listen } from '../fixtures/listen.js';

interface Asked {
  readonly headers: IncomingMessage['headers'];
  readonly fields: Record<string, string>;
}

async function authorizationServer(reply: (response: ServerResponse) => void): Promise<{ tokenUrl: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = await listen(
    createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += String(chunk);
      });
      request.on('end', () => {
        asked.push({ headers: request.headers, fields: Object.fromEntries(new URLSearchParams(text)) });
        reply(response);
      });
    }),
  );
  onTestFinished(() => server.close());
  return { tokenUrl: `http://127.0.0.1:${server.port}/token`, asked };
}

const json = (status: number, body: unknown) => (response: ServerResponse) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const ask = (more: Partial<ClientCredentials> & Pick<ClientCredentials, 'tokenUrl'>, timeoutMs = 5000) =>
  clientCredentialsSource({ clientId: 'me', clientSecret: 's3cr3t', authentication: 'basic', ...more }, timeoutMs, undefined)();

describe('client credentials', () => {
  it('are sent by HTTP Basic, each part form-encoded, with scope and resource', async () => {
    const { tokenUrl, asked } = await authorizationServer(
      json(200, { access_token: 'tok', token_type: 'Bearer', expires_in: 300 }),
    );
    expect(
      await ask({ tokenUrl, clientId: 'a:b', clientSecret: 'p w%', scope: 'read write', resource: 'http://127.0.0.1:1/mcp' }),
    ).toEqual({
      value: 'tok',
      lifetimeS: 300,
    });
    expect(asked).toHaveLength(1);
    expect(asked[0]!.fields).toEqual({
      grant_type: 'client_credentials',
      scope: 'read write',
      resource: 'http://127.0.0.1:1/mcp',
    });
    expect(asked[0]!.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Buffer.from(asked[0]!.headers.authorization!.replace('Basic ', ''), 'base64').toString()).toBe('a%3Ab:p+w%25');
  });

  it('are sent in the body when asked for', async () => {
    const { tokenUrl, asked } = await authorizationServer(json(200, { access_token: 'tok', token_type: 'bearer' }));
    expect(await ask({ tokenUrl, authentication: 'post' })).toEqual({ value: 'tok' });
    expect(asked[0]!.fields).toEqual({ grant_type: 'client_credentials', client_id: 'me', client_secret: 's3cr3t' });
    expect(asked[0]!.headers.authorization).toBeUndefined();
  });

  it.each([
    [
      'refuses the client',
      json(401, { error: 'invalid_client', error_description: 'who are you' }),
      'refused a token with HTTP 401: invalid_client: who are you',
      'check clientId',
    ],
    [
      'is another page',
      (r: ServerResponse) => void r.writeHead(404).end('<html>'),
      'refused a token with HTTP 404',
      'token endpoint',
    ],
    ['gives no token', json(200, { token_type: 'Bearer' }), 'answered without a bearer token', 'access_token'],
    [
      'gives a token of another kind',
      json(200, { access_token: 'tok', token_type: 'mac' }),
      'answered without a bearer token',
      'access_token',
    ],
    [
      'answers without end',
      (r: ServerResponse) => void r.writeHead(200).end('x'.repeat(100_000)),
      'more than 65536 bytes',
      'tokenUrl',
    ],
    ['closes the connection', (r: ServerResponse) => void r.destroy(), 'no token from', 'tokenUrl'],
  ])('a server that %s is told in a sentence', async (_, reply, message, hint) => {
    const { tokenUrl } = await authorizationServer(reply);
    await expect(ask({ tokenUrl })).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining(message),
      details: { hint: expect.stringContaining(hint) },
    });
  });

  it('give up on a server that hangs, and on one that is not there', async () => {
    const { tokenUrl } = await authorizationServer(() => {});
    await expect(ask({ tokenUrl }, 300)).rejects.toMatchObject({
      exitCode: 6,
      message: `no token from ${tokenUrl}: no answer within 300 ms`,
    });
    await expect(ask({ tokenUrl: 'http://127.0.0.1:1/token' })).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
