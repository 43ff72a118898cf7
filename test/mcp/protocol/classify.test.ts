import { describe, expect, it } from 'vitest';
import type { CallRecord } from '../../../src/mcp/protocol/call-record.js';
import { classify, compileRules, isSessionLost } from '../../../src/mcp/protocol/classify.js';
import type { OutcomeClass } from '../../../src/scenario/outcome.js';

const record = (more: Partial<CallRecord>): CallRecord => ({
  era: 'legacy',
  local: 'none',
  fault: 'none',
  httpStatus: 200,
  sessionSent: false,
  insufficientScope: false,
  rpcCode: undefined,
  rpcMessage: '',
  bodyText: '',
  isError: false,
  toolErrorText: '',
  ...more,
});

/** Which of two things that are true at once decides. */
const ORDER: readonly (readonly [string, Partial<CallRecord>, OutcomeClass])[] = [
  ['success', {}, 'ok'],
  ['our own end beats all', { local: 'cancelled', httpStatus: 401 }, 'cancelled'],
  ['unfinished beats all', { local: 'unfinished', httpStatus: 429 }, 'unfinished'],
  ['security beats quota', { httpStatus: 401, rpcCode: -32023 }, 'unauthenticated'],
  ['security beats the timeout', { local: 'timeout', httpStatus: 403 }, 'forbidden'],
  ['scope', { httpStatus: 403, insufficientScope: true }, 'insufficient-scope'],
  ['quota beats the timeout', { local: 'timeout', httpStatus: 429 }, 'rate-limited'],
  ['quota beats a server error', { httpStatus: 500, rpcCode: -32023 }, 'rate-limited'],
  ['quota by payment', { httpStatus: 402 }, 'quota-exhausted'],
  ['the timeout beats availability', { local: 'timeout', httpStatus: 500 }, 'timeout'],
  ["a peer's -32001 is no timeout", { rpcCode: -32001 }, 'rpc-server-error'],
  ['refused', { httpStatus: 0, fault: 'connect-failed' }, 'connect-failed'],
  ['a status beats the JSON-RPC error in its body', { httpStatus: 500, rpcCode: -32603 }, 'server-error'],
  ['but -32601 refines it', { httpStatus: 500, rpcCode: -32601 }, 'contract'],
  ['and -32022', { httpStatus: 400, rpcCode: -32022 }, 'negotiation'],
  ['503', { httpStatus: 503 }, 'overloaded'],
  ['404 with a session', { httpStatus: 404, sessionSent: true }, 'session-lost'],
  ['404 with a session and -32601', { httpStatus: 404, sessionSent: true, rpcCode: -32601 }, 'contract'],
  ['404 without a session', { httpStatus: 404 }, 'contract'],
  [
    '400 with session wording after a session',
    { httpStatus: 400, sessionSent: true, rpcCode: -32000, rpcMessage: 'No valid Session ID' },
    'session-lost',
  ],
  [
    '400 with session wording in a plain body',
    { httpStatus: 400, sessionSent: true, bodyText: 'unknown session' },
    'session-lost',
  ],
  ['400 with session wording, none sent', { httpStatus: 400, rpcCode: -32000, rpcMessage: 'No valid session ID' }, 'contract'],
  ['400 with -32602 decides at once', { httpStatus: 400, sessionSent: true, rpcCode: -32602, rpcMessage: 'session' }, 'contract'],
  ['400 with -32020 decides at once', { httpStatus: 400, sessionSent: true, rpcCode: -32020, rpcMessage: 'session' }, 'contract'],
  ['-32603', { rpcCode: -32603 }, 'rpc-internal-error'],
  ['-32000', { rpcCode: -32000 }, 'rpc-server-error'],
  ['-32019', { rpcCode: -32019 }, 'rpc-server-error'],
  ['a code of no row', { rpcCode: 17 }, 'rpc-server-error'],
  ['-32600', { rpcCode: -32600 }, 'contract'],
  ['-32699', { rpcCode: -32699 }, 'contract'],
  ['-32700', { rpcCode: -32700 }, 'contract'],
  ['-32800 is of no row', { rpcCode: -32800 }, 'rpc-server-error'],
  ['-32020', { rpcCode: -32020 }, 'contract'],
  ['-32021', { rpcCode: -32021 }, 'contract'],
  ['-32022', { rpcCode: -32022 }, 'negotiation'],
  ['-32042', { rpcCode: -32042 }, 'unsupported-interaction'],
  ['a redirect', { httpStatus: 302 }, 'redirect'],
  ['isError', { isError: true, toolErrorText: 'no' }, 'tool-error'],
  ['isError about our arguments', { isError: true, toolErrorText: 'MCP error -32602: bad' }, 'contract'],
  ['a fault of form', { fault: 'schema' }, 'schema'],
];

describe('classify', () => {
  it.each(ORDER)('%s', (_, more, outcome) => {
    expect(classify(record(more), [])).toBe(outcome);
  });

  it('lets the first site rule that fits decide, after our own end', () => {
    const rules = compileRules([
      { when: { rpcCode: -32050 }, as: 'policy-denied' },
      { when: { toolErrorText: 'quota', rpcCode: 1 }, as: 'forbidden' },
      { when: { toolErrorText: 'quota' }, as: 'quota' },
      { when: { httpStatus: 401, rpcMessage: 'expired' }, as: 'token-unavailable' },
    ]);
    expect(classify(record({ rpcCode: -32050 }), rules)).toBe('policy-denied');
    expect(classify(record({ rpcCode: -32051 }), rules)).toBe('rpc-server-error');
    expect(classify(record({ isError: true, toolErrorText: 'over quota' }), rules)).toBe('quota');
    expect(classify(record({ toolErrorText: 'over quota' }), rules)).toBe('ok');
    expect(classify(record({ httpStatus: 401, rpcCode: 1, rpcMessage: 'token expired' }), rules)).toBe('token-unavailable');
    expect(classify(record({ httpStatus: 401 }), rules)).toBe('unauthenticated');
    expect(classify(record({ rpcCode: -32050, local: 'cancelled' }), rules)).toBe('cancelled');
  });

  it('knows a lost session whatever the rules call it', () => {
    const lost = record({ httpStatus: 404, sessionSent: true });
    expect(classify(lost, compileRules([{ when: { httpStatus: 404 }, as: 'tool-error' }]))).toBe('tool-error');
    expect(isSessionLost(lost)).toBe(true);
  });
});
