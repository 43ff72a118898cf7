import { compact } from '../../scenario/file/compact.js';
import { givenLatencyText } from '../../text/figure-text.js';
import type { CallAnswer } from '../driver.js';
import { refusalHint } from './refusal-hint.js';

/** A call that failed before the load, and where it went. */
export interface FailedCall {
  readonly answer: Pick<CallAnswer, 'outcome' | 'httpStatus' | 'rpcCode' | 'text' | 'retryAfterMs'>;
  /** Absent over stdio. */
  readonly url?: string | undefined;
  readonly transport: 'streamable-http' | 'sse' | 'stdio';
  /** It carried credentials. */
  readonly authorized: boolean;
  readonly timeoutMs: number;
}

/** How a call ended, in words: class, HTTP status, JSON-RPC code, and what was said. */
export function answerWords({ outcome, httpStatus, rpcCode, text }: FailedCall['answer']): string {
  // A tool that answers with an error answers with 200, always.
  const plain = httpStatus !== undefined && httpStatus < 300 && (rpcCode !== undefined || outcome === 'tool-error');
  const codes = [
    ...(httpStatus === undefined || plain ? [] : [`HTTP ${httpStatus}`]),
    ...(rpcCode === undefined ? [] : [`RPC ${rpcCode}`]),
  ].join(', ');
  const said = text === undefined || text === `HTTP ${httpStatus}` ? '' : `: ${text}`;
  return `${outcome}${codes === '' ? '' : ` (${codes})`}${said}`;
}

/** What to change where it is not what the call asks for; undefined where it may well be that: then arguments and expectations are to blame. Pure. */
export function callHint({ answer, url, transport, authorized, timeoutMs }: FailedCall): string | undefined {
  const { outcome, httpStatus = 0, rpcCode, text = '', retryAfterMs } = answer;
  if (outcome === 'session-lost')
    return 'the server, or another one behind the same address, does not know the session that the handshake opened: route by Mcp-Session-Id, share the sessions, or load one server';
  if (outcome === 'token-unavailable')
    return 'target.auth brings no token any more: look at its command, or at its authorization server';
  if (httpStatus >= 300 && url !== undefined && transport !== 'stdio' && !ofTheCall(httpStatus, rpcCode)) {
    const location = /^HTTP 3\d\d to (\S+)/.exec(text)?.[1];
    const retryAfter = retryAfterMs === undefined ? undefined : String(Math.ceil(retryAfterMs / 1000));
    return refusalHint({
      url: new URL(url),
      status: httpStatus,
      said: text,
      rpcCode,
      headers: compact({ location, retryAfter }),
      request: 'call',
      transport,
      authorized,
    });
  }
  switch (outcome) {
    case 'timeout':
      return `it took longer than load.timeout (${givenLatencyText(timeoutMs * 1000)}): raise it, ask for less in calls[].arguments, or look at what the server waits for`;
    case 'connect-failed':
      return 'the server took the handshake and refuses a further connection: is it still there, and does it limit its connections?';
    case 'connection-reset':
    case 'crash':
      return 'the server, or something on the way, cut the connection at this call: look at its log, it may have crashed';
    case 'truncated':
    case 'stream-lost':
      return 'the answer broke off: look at the log of the server; a proxy on the way may limit the time or the size of an answer';
    case 'answer-too-large':
      return 'the answer is larger than is read: ask for less in calls[].arguments';
    case 'malformed':
    case 'schema':
    case 'protocol-violation':
    case 'empty-result':
      return 'the server, or something on the way, does not answer as MCP asks, whatever the call asks for: it has to be mended there';
    case 'negotiation':
      return 'set target.protocol to `legacy`, or to the revision that the server speaks';
    case 'rate-limited':
    case 'quota-exhausted':
    case 'quota':
      return 'the server limits its callers already before the load: wait, or lift the limit for this client';
    case 'rpc-internal-error':
    case 'server-error':
      return 'the server failed at this call: look at its log; with other calls[].arguments it may pass';
    default:
      return rpcCode === -32601 ? 'the server does not know this method: it offers no such thing' : undefined;
  }
}

/** The server speaks of what the call asks for, whatever the status: invalid params, and what it says of a method. */
const ofTheCall = (status: number, rpcCode: number | undefined): boolean =>
  status !== 401 && status !== 403 && (rpcCode === -32602 || rpcCode === -32601);
