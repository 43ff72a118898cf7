import type { OutcomeClass } from '../../src/scenario/outcome.js';

/** What a call that is alone on its session ends as. */
export const EXPECTED_STDIO: Readonly<Record<string, OutcomeClass>> = {
  fine: 'ok',
  'fine-crlf': 'ok',
  'fine-byte-by-byte': 'ok',
  'fine-notifications-first': 'ok',
  'fine-after-garbage': 'ok',
  'fine-stderr-flood': 'ok',
  'server-request-first': 'ok',
  'asks-what-nobody-knows': 'ok',
  'asks-with-garbage': 'ok',
  'asks-under-one-id': 'ok',
  'asks-after-its-answer': 'ok',
  'answered-twice': 'ok',
  exit: 'crash',
  'exit-0': 'crash',
  killed: 'crash',
  'half-an-answer-exit': 'crash',
  'close-stdout': 'stream-lost',
  'bad-json': 'malformed',
  'truncated-frame': 'malformed',
  'wrong-id': 'protocol-violation',
  'string-id': 'ok',
  'null-answer': 'schema',
  batch: 'schema',
  'neither-result-nor-error': 'schema',
  'both-result-and-error': 'schema',
  'error-null-beside-result': 'schema',
  'not-jsonrpc-2': 'schema',
  'result-is-a-text': 'schema',
  'empty-result': 'empty-result',
  'content-is-no-list': 'schema',
  'content-item-breaks-schema': 'schema',
  'input-required': 'unsupported-interaction',
  task: 'unsupported-interaction',
  'tool-error': 'tool-error',
  'rpc-32601': 'contract',
  'rpc-32602': 'contract',
  'rpc-32603': 'rpc-internal-error',
  'rpc-32000': 'rpc-server-error',
  'rpc-32023': 'rate-limited',
  'rpc-32700-null-id': 'contract',
  'endless-line': 'answer-too-large',
  'huge-answer': 'answer-too-large',
};

/** Those that end at the timeout of the call, whatever it is. */
export const SILENT_STDIO = ['silence', 'half-an-answer-silence', 'answered-late', 'stops-reading', 'asks-without-end'] as const;

/** Those after which the process is gone and another is started. */
export const ENDING_STDIO = [
  'exit',
  'exit-0',
  'killed',
  'half-an-answer-exit',
  'close-stdout',
  'endless-line',
  'huge-answer',
] as const;
