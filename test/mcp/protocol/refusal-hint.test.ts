import { describe, expect, it } from 'vitest';
import { type Refusal, refusalHint } from '../../../src/mcp/protocol/refusal-hint.js';
import { rpcHint } from '../../../src/mcp/protocol/rpc-hint.js';

const MCP = 'http://api.example.org/mcp';

interface Case extends Partial<Omit<Refusal, 'url' | 'status'>> {
  readonly at?: string;
}

const hint = (status: number, { at = MCP, ...more }: Case = {}): string =>
  refusalHint({
    url: new URL(at),
    status,
    said: '',
    request: 'handshake',
    transport: 'streamable-http',
    authorized: false,
    ...more,
  });

describe('the hint fits the class of the refusal', () => {
  it.each<[string, number, Case, RegExp]>([
    // Redirects: the final address, resolved.
    [
      'a relative location',
      307,
      { headers: { location: '/mcp/' } },
      /final address \(http:\/\/api\.example\.org\/mcp\/\) into target\.url/,
    ],
    ['a location without slash', 308, { headers: { location: 'v2/mcp' } }, /\(http:\/\/api\.example\.org\/v2\/mcp\)/],
    ['to https', 301, { headers: { location: 'https://api.example.org/mcp' } }, /wants https.*https:\/\/api\.example\.org\/mcp/],
    ['to another host', 302, { headers: { location: 'https://eu.example.org/mcp' } }, /eu\.example\.org\/mcp.*target\.allow/],
    ['to a login page', 302, { headers: { location: 'https://sso.example.org/start?x=1' } }, /login page.*target\.auth/],
    ['to a login page, with a token', 302, { headers: { location: '/login' }, authorized: true }, /login page.*not taken/],
    ['to itself', 308, { headers: { location: MCP } }, /same address, over and over/],
    ['to nowhere', 301, {}, /redirect to nowhere/],
    ['to what is no address', 301, { headers: { location: 'http://' } }, /redirect to nowhere/],
    ['a cached answer', 304, {}, /cache/],
    // Who asks.
    ['no token', 401, {}, /wants a token.*target\.auth.*bearer/],
    [
      'no token, a scope is named',
      401,
      { headers: { challenge: 'Bearer scope="mcp:read", error="invalid_request"' } },
      /invalid_request.*scope mcp:read.*target\.auth/,
    ],
    ['Basic', 401, { headers: { challenge: 'Basic realm="x"' } }, /Basic credentials.*target\.headers\.authorization/],
    ['a token that is not taken', 401, { authorized: true }, /not taken.*expired.*audience/],
    [
      'a token that is not taken, and why',
      401,
      { authorized: true, headers: { challenge: 'Bearer error="invalid_token", error_description="the token expired"' } },
      /not taken \(the token expired\)/,
    ],
    ['403 without a token', 403, {}, /target\.auth/],
    ['403 with a token', 403, { authorized: true }, /token is known, and may not/],
    [
      '403 for want of a scope',
      403,
      { authorized: true, headers: { challenge: 'Bearer error="insufficient_scope", scope="admin"' } },
      /scope admin/,
    ],
    ['403 of a firewall', 403, { said: 'web page "Attention Required!"' }, /firewall or proxy/],
    ['403 for the origin', 403, { said: 'Invalid Origin header' }, /target\.headers\.origin/],
    ['403 for the host', 403, { said: 'Invalid Host: api.example.org' }, /name api\.example\.org/],
    ['400 for want of a key', 400, { said: 'missing API key' }, /wants credentials/],
    ['400 for the key that was sent', 400, { said: 'malformed token', authorized: true }, /does not take the credentials/],
    ['402', 402, {}, /quota|plan/],
    ['407', 407, {}, /proxy on the way/],
    // Where.
    ['404 elsewhere', 404, { at: 'http://api.example.org/' }, /mostly listen at http:\/\/api\.example\.org\/mcp$/],
    ['404 at /mcp', 404, {}, /MCP endpoint\?.*\/mcp\/ or another path/],
    ['404 at /mcp/', 404, { at: `${MCP}/` }, /MCP endpoint\?.*example\.org\/mcp or another path/],
    ['404 at /sse', 404, { at: 'http://api.example.org/sse' }, /target\.transport: sse/],
    [
      '404 of HTTP+SSE',
      404,
      { at: 'http://api.example.org/', transport: 'sse' },
      /mostly listen at http:\/\/api\.example\.org\/sse/,
    ],
    ['404 of a call alone', 404, { request: 'call' }, /handshake went through at \/mcp/],
    [
      '405',
      405,
      { at: 'http://api.example.org/', headers: { allow: 'GET, HEAD' } },
      /no POST is taken here \(it takes GET, HEAD\).*\/mcp$/,
    ],
    ['405 at /sse', 405, { at: 'http://api.example.org/sse' }, /target\.transport: sse/],
    ['405 of HTTP+SSE', 405, { transport: 'sse' }, /target\.transport: streamable-http/],
    ['410', 410, {}, /given up for good/],
    ['421', 421, { said: 'Invalid Host header' }, /does not answer to the name api\.example\.org/],
    ['421 that says nothing', 421, {}, /does not answer to the name api\.example\.org/],
    ['501', 501, { at: 'http://api.example.org/x' }, /\/mcp$/],
    ['a web page', 400, { at: 'http://api.example.org/', contentType: 'text/html' }, /\/mcp$/],
    // What and how.
    ['406', 406, {}, /application\/json, text\/event-stream.*proxy/],
    ['400 that speaks of accept', 400, { said: 'Not Acceptable: Client must accept both' }, /accept header/],
    ['408', 408, {}, /waited too long/],
    ['409', 409, {}, /sessions\.stream: false/],
    ['411', 411, {}, /content-length/],
    ['413', 413, {}, /body limit/],
    ['413 of a call', 413, { request: 'call' }, /shorter calls\[\]\.arguments.*body limit/],
    ['414', 414, {}, /target\.url/],
    ['415', 415, {}, /application\/json.*content-type/],
    ['422', 422, { at: 'http://api.example.org/tools' }, /another kind of request.*\/mcp$/],
    ['426', 426, { headers: { upgrade: 'h2c' } }, /\(h2c\).*https/],
    ['431', 431, {}, /target\.headers or the token/],
    [
      'plain HTTP to a TLS port',
      400,
      { said: 'web page "400 The plain HTTP request was sent to HTTPS port"' },
      /put https:\/\/api\.example\.org\/mcp/,
    ],
    ['plain HTTP to a TLS port of Go', 400, { said: 'Client sent an HTTP request to an HTTPS server.' }, /put https:/],
    ['another revision', 400, { said: 'Bad Request: Unsupported protocol version' }, /target\.protocol/],
    ['another revision, by code', 400, { said: 'no', rpcCode: -32022 }, /target\.protocol/],
    ['400 that says why', 400, { said: 'no such customer' }, /says why/],
    ['400 that says nothing', 400, {}, /does not say why/],
    // How much, and how well.
    ['429', 429, {}, /limits its callers already before the load: wait, or/],
    ['429 with a time', 429, { headers: { retryAfter: '30' } }, /wait 30 s, or/],
    ['429 with a date', 429, { headers: { retryAfter: 'Fri, 31 Dec 2027 23:59:59 GMT' } }, /wait until Fri/],
    ['500', 500, {}, /log/],
    ['502', 502, {}, /proxy before the server got no usable answer/],
    ['503', 503, { headers: { retryAfter: '5' } }, /not ready.*wait 5 s/],
    ['504', 504, {}, /waited for it and gave up/],
    ['521', 521, {}, /CDN/],
    ['511', 511, {}, /captive portal/],
    ['599', 599, {}, /failing/],
    ['418', 418, {}, /log/],
  ])('%s', (_, status, more, words) => {
    const text = hint(status, more);
    expect(text).toMatch(words);
    expect(text).not.toMatch(/undefined|\[object/);
  });

  it('every status from 300 to 599 has a hint, at each step, with and without credentials', () => {
    for (let status = 300; status < 600; status++)
      for (const request of ['handshake', 'call'] as const)
        for (const transport of ['streamable-http', 'sse'] as const)
          for (const authorized of [true, false]) {
            const text = hint(status, { request, transport, authorized });
            expect(text.length).toBeGreaterThan(20);
            // `target.protocol` is for what speaks of a revision, and arguments are for 413 alone.
            expect(text).not.toMatch(/target\.protocol/);
            if (status !== 413) expect(text).not.toMatch(/arguments/);
            if (authorized) expect(text).not.toMatch(/wants a token/);
          }
  });
});

describe('the hint to a JSON-RPC error of the handshake fits its code', () => {
  it.each([
    ['the tool listing', 'MCP error -32601: Method not found', /offers no tools/],
    ['initialize', 'MCP error -32601: Method not found', /target\.protocol/],
    ['initialize', "Server's protocol version is not supported: 2031-01-01", /target\.protocol/],
    ['the tool listing', 'MCP error -32603: boom', /failed at it: look at its log/],
    ['initialize', 'MCP error -32700: Parse error', /something on the way change/],
    ['the tool listing', 'MCP error -32001: no', /target\.auth/],
    ['the tool listing', 'the answer to tools/list has no list of tools', /not as MCP asks/],
  ])('%s: %s', (step, said, words) => {
    expect(rpcHint(step, said)).toMatch(words);
  });
});
