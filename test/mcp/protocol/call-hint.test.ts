import { describe, expect, it } from 'vitest';
import { answerWords, callHint, type FailedCall } from '../../../src/mcp/protocol/call-hint.js';
import { OUTCOME_CLASSES } from '../../../src/scenario/outcome.js';

type Answer = FailedCall['answer'];
const hint = (answer: Answer, more: Partial<Omit<FailedCall, 'answer'>> = {}): string | undefined =>
  callHint({
    answer,
    url: 'http://api.example.org/mcp',
    transport: 'streamable-http',
    authorized: false,
    timeoutMs: 5000,
    ...more,
  });

it.each<[Answer, string]>([
  [
    { outcome: 'server-error', httpStatus: 502, text: 'web page "502 Bad Gateway"' },
    'server-error (HTTP 502): web page "502 Bad Gateway"',
  ],
  [{ outcome: 'overloaded', httpStatus: 503, text: 'HTTP 503' }, 'overloaded (HTTP 503)'],
  [
    { outcome: 'contract', httpStatus: 200, rpcCode: -32602, text: 'id must be a number' },
    'contract (RPC -32602): id must be a number',
  ],
  [{ outcome: 'contract', httpStatus: 400, rpcCode: -32602, text: 'no' }, 'contract (HTTP 400, RPC -32602): no'],
  [{ outcome: 'tool-error', httpStatus: 200, text: 'no order 1' }, 'tool-error: no order 1'],
  [{ outcome: 'malformed', httpStatus: 200, text: 'an empty answer' }, 'malformed (HTTP 200): an empty answer'],
  [{ outcome: 'timeout' }, 'timeout'],
])('a call that ended as %o reads as', (answer, words) => {
  expect(answerWords(answer)).toBe(words);
});

describe('the hint to a call that failed before the load fits its class', () => {
  it.each<[string, Answer, Partial<FailedCall>, RegExp]>([
    ['401', { outcome: 'unauthenticated', httpStatus: 401 }, {}, /wants a token for this call/],
    ['401 with credentials', { outcome: 'unauthenticated', httpStatus: 401 }, { authorized: true }, /not taken/],
    ['403', { outcome: 'forbidden', httpStatus: 403 }, { authorized: true }, /may not do this call/],
    ['404 of a gateway', { outcome: 'contract', httpStatus: 404, text: 'no route' }, {}, /handshake went through/],
    ['406', { outcome: 'contract', httpStatus: 406 }, {}, /accept header/],
    ['413', { outcome: 'contract', httpStatus: 413 }, {}, /shorter calls\[\]\.arguments/],
    ['415', { outcome: 'contract', httpStatus: 415 }, {}, /content-type/],
    ['421', { outcome: 'contract', httpStatus: 421 }, {}, /does not answer to the name/],
    ['429', { outcome: 'rate-limited', httpStatus: 429, retryAfterMs: 1500 }, {}, /wait 2 s/],
    ['307', { outcome: 'redirect', httpStatus: 307, text: 'HTTP 307 to /mcp/' }, {}, /\(http:\/\/api\.example\.org\/mcp\/\)/],
    ['502', { outcome: 'server-error', httpStatus: 502 }, {}, /proxy before the server/],
    ['503', { outcome: 'overloaded', httpStatus: 503 }, {}, /not ready/],
    ['504', { outcome: 'server-error', httpStatus: 504 }, {}, /gave up/],
    ['500 with -32603', { outcome: 'server-error', httpStatus: 500, rpcCode: -32603 }, {}, /failed at it: look at its log/],
    ['-32603', { outcome: 'rpc-internal-error', httpStatus: 200, rpcCode: -32603 }, {}, /failed at this call: look at its log/],
    ['-32601', { outcome: 'contract', httpStatus: 200, rpcCode: -32601 }, {}, /does not know this method/],
    ['a lost session', { outcome: 'session-lost', httpStatus: 404 }, {}, /Mcp-Session-Id/],
    ['a limit of calls', { outcome: 'rate-limited', rpcCode: -32023 }, {}, /limits its callers/],
    ['no answer in time', { outcome: 'timeout' }, {}, /load\.timeout \(5 s\)/],
    ['no token', { outcome: 'token-unavailable' }, {}, /target\.auth/],
    ['cut off', { outcome: 'connection-reset' }, {}, /cut the connection/],
    ['half an answer', { outcome: 'truncated', httpStatus: 200 }, {}, /broke off/],
    ['no JSON', { outcome: 'malformed', httpStatus: 200 }, {}, /mended there/],
    ['too large', { outcome: 'answer-too-large' }, {}, /ask for less/],
    ['over stdio', { outcome: 'crash' }, { transport: 'stdio', url: undefined }, /crashed/],
  ])('%s', (_, answer, more, words) => {
    expect(hint(answer, more)).toMatch(words);
  });

  it.each<[string, Answer]>([
    ['a tool that refuses what was asked for', { outcome: 'tool-error', httpStatus: 200, text: 'no order 1' }],
    ['arguments that are refused', { outcome: 'contract', httpStatus: 200, rpcCode: -32602 }],
    ['arguments that are refused with 400', { outcome: 'contract', httpStatus: 400, rpcCode: -32602 }],
    ['an answer that was not expected', { outcome: 'expectation-failed', httpStatus: 200 }],
    ['what the client does not do', { outcome: 'unsupported-interaction', httpStatus: 200 }],
  ])('%s: arguments and expectations are to blame', (_, answer) => {
    expect(hint(answer)).toBeUndefined();
  });

  it('every class has words', () => {
    for (const outcome of OUTCOME_CLASSES) expect(answerWords({ outcome })).toBe(outcome);
  });
});
