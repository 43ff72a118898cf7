import type { OutcomeClass } from '../../src/scenario/outcome.js';
import type { SseMisbehaviour } from './misbehaving-sse-server.js';

/** Those that end at the timeout of the call, whatever it is. */
export const SILENT_SSE = [
  'silence',
  'silence-without-202',
  'half-an-answer-silence',
  'asks-without-end',
] as const satisfies readonly SseMisbehaviour[];

/** Those after which the event stream is gone and another is opened. */
export const ENDING_SSE: readonly SseMisbehaviour[] = [
  'stream-ends',
  'stream-reset',
  'half-an-answer-end',
  'http-404-session',
  'http-410-session',
  'http-400-session',
  'endless-line',
  'endless-event',
  'huge-answer',
];

/** What a call over HTTP+SSE that is alone on its session ends as. */
export const EXPECTED_SSE: Readonly<Record<Exclude<SseMisbehaviour, (typeof SILENT_SSE)[number]>, OutcomeClass>> = {
  fine: 'ok',
  'fine-before-taken': 'ok',
  'fine-never-taken': 'ok',
  'fine-notifications-first': 'ok',
  'server-request-first': 'ok',
  'asks-what-nobody-knows': 'ok',
  'asks-with-garbage': 'ok',
  'asks-under-one-id': 'ok',
  'asks-after-its-answer': 'ok',
  'answered-twice': 'ok',
  'stream-ends': 'stream-lost',
  'stream-reset': 'stream-lost',
  'half-an-answer-end': 'stream-lost',
  'post-reset': 'connection-reset',
  'bad-json': 'malformed',
  'wrong-id': 'protocol-violation',
  'string-id': 'ok',
  'null-answer': 'schema',
  batch: 'schema',
  'neither-result-nor-error': 'schema',
  'not-jsonrpc-2': 'schema',
  'empty-result': 'empty-result',
  'tool-error': 'tool-error',
  'rpc-32602': 'contract',
  'rpc-32603': 'rpc-internal-error',
  'http-400': 'contract',
  'http-401': 'unauthenticated',
  'http-403': 'forbidden',
  'http-404-session': 'session-lost',
  'http-410-session': 'session-lost',
  'http-400-session': 'session-lost',
  'http-429-seconds': 'rate-limited',
  'http-500': 'server-error',
  'http-503': 'overloaded',
  'endless-line': 'answer-too-large',
  'endless-event': 'answer-too-large',
  'huge-answer': 'answer-too-large',
};
