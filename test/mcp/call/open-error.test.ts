import { describe, expect, it } from 'vitest';
import { type OpenContext, openError } from '../../../src/mcp/call/open-error.js';
import { noteNeverConnected } from '../../../src/mcp/call/socket-error.js';
import { fromSocket, WireFailure } from '../../../src/mcp/call/wire-failure.js';

const URL_ = 'http://api.example.org:3001/mcp';
const STEPS = ['the protocol probe', 'initialize', 'the tool listing', 'opening session 2 of 3', 'the event stream'] as const;

interface Said {
  readonly message: string;
  readonly hint: string;
}

function said(failure: WireFailure, step: string = 'initialize', context: OpenContext = {}, url = URL_): Said {
  const error = openError(url, step, failure, (text) => text.replaceAll('s3cret', '***'), context);
  expect(error.exitCode).toBe(6);
  return { message: error.message, hint: error.details.hint ?? '' };
}

const connect = (code: string): WireFailure => new WireFailure('connect', `connect ${code}`, { code });
const status = (code: number, bodyText = '', contentType = 'text/plain'): WireFailure =>
  new WireFailure('status', `HTTP ${code}`, { status: code, bodyText, contentType, headers: {} });

describe('whose doing it is that an endpoint cannot be opened', () => {
  it.each<[string, WireFailure, OpenContext, RegExp]>([
    // The scenario.
    ['a name that is none', connect('ENOTFOUND'), {}, /correct the host in target\.url$/],
    [
      'the other loopback address',
      connect('ECONNREFUSED'),
      { clues: { openAt: '[::1]:3001' } },
      /put http:\/\/\[::1\]:3001\/mcp into target\.url/,
    ],
    [
      'a port that speaks TLS, cut off',
      new WireFailure('reset', 'socket hang up'),
      { clues: { speaksTls: true } },
      /put https:\/\/api\.example\.org:3001\/mcp/,
    ],
    [
      'a port that speaks TLS, in bytes',
      new WireFailure('not-http', 'Parse Error'),
      { clues: { speaksTls: true } },
      /put https:/,
    ],
    ['a port that speaks none', connect('ERR_SSL_WRONG_VERSION_NUMBER'), {}, /put http:\/\/api\.example\.org:3001\/mcp/],
    // This machine.
    ['no port left', connect('EADDRNOTAVAIL'), {}, /this machine has no free port/],
    ['no file left', connect('EMFILE'), {}, /ulimit -n/],
    ['no route', connect('EHOSTUNREACH'), {}, /this machine knows no way.*VPN/],
    ['forbidden here', connect('EPERM'), {}, /this machine forbids/],
    [
      'a proxy that is not used',
      connect('ENOTFOUND'),
      { clues: { proxyVariable: 'https_proxy' } },
      /https_proxy is set, and plimsoll does not use it/,
    ],
    // The way.
    ['no name server', connect('EAI_AGAIN'), {}, /name server did not answer/],
    ['swallowed', connect('ETIMEDOUT'), {}, /firewall on the way/],
    [
      'swallowed until our limit',
      new WireFailure('timeout', 'no answer within 10 s'),
      { clues: { unreachable: true } },
      /no connection could be made.*firewall/,
    ],
    // The server.
    ['not started', connect('ECONNREFUSED'), {}, /^start the server/],
    ['stuck', new WireFailure('timeout', 'no answer within 10 s'), {}, /takes connections and does not answer/],
    [
      'JSON that is none',
      new WireFailure('malformed', 'JSON that breaks off: {', { status: 200 }),
      {},
      /one JSON-RPC message in JSON/,
    ],
  ])('%s', (_, failure, context, hint) => {
    expect(said(failure, 'initialize', context).hint).toMatch(hint);
  });
});

it('each step, with each status, is told with step, status, and one short line of the body', () => {
  const page = `<html>\r\n<head><title>Error</title></head>\r\n${'<p>words</p>\r\n'.repeat(50)}</html>`;
  for (const step of STEPS)
    for (let code = 300; code < 600; code++)
      for (const [body, words] of [
        ['', ''],
        [page, ': web page "Error"'],
        ['{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no s3cret here"}}', ' (RPC -32000): no *** here'],
        ['one\ntwo', ': one two'],
      ] as const) {
        const { message, hint } = said(status(code, body), step);
        const answer = words.startsWith(' (') ? `HTTP ${code}${words}` : `HTTP ${code}${words}`;
        expect(message).toBe(`${URL_} answered ${step} with ${answer}`);
        expect(hint).not.toMatch(/undefined|\n/);
        expect(message).not.toMatch(/\n/);
      }
});

it('an answer that is no MCP has its status in the sentence too', () => {
  const failure = new WireFailure('content-type', 'content type text/html', {
    status: 200,
    contentType: 'text/html',
    bodyText: '<html><title>Welcome</title></html>',
  });
  expect(said(failure, 'the protocol probe', {}, 'http://api.example.org/')).toEqual({
    message:
      'http://api.example.org/ does not answer as an MCP server: the protocol probe was answered with HTTP 200 and content type text/html; it says: web page "Welcome"',
    hint: 'is the path right? MCP servers mostly listen at http://api.example.org/mcp',
  });
});

it.each(['EACCES', 'EPERM', 'ENETDOWN', 'EHOSTDOWN', 'EADDRNOTAVAIL', 'EHOSTUNREACH'])(
  '%s is of this machine, and no answer of a server',
  (code) => {
    const refused = Object.assign(new Error(`connect ${code} 10.0.0.1:80`), { code });
    noteNeverConnected(refused);
    const failure = fromSocket(refused);
    expect(failure.kind).toBe('connect');
    const { message, hint } = said(failure);
    expect(message).toMatch(/^no connection to /);
    expect(hint).toMatch(/this machine/);
  },
);
