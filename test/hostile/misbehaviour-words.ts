import { STATUS_CODES } from 'node:http';

/** What a misbehaving server does with a call, by the name of the misbehaviour. Those that are a status or an RPC error alone name themselves. */
const WORDS: Readonly<Record<string, string>> = {
  fine: 'answers as it should',
  'fine-connection-close': 'answers, and closes the connection as announced',
  'fine-after-early-hints': 'sends `103 Early Hints` before the answer',
  'fine-byte-by-byte': 'sends each byte by itself, characters cut apart',
  'fine-notifications-first': 'sends notifications before the answer; in a stream also an empty event and one that is no JSON',
  'fine-stream-left-open': 'answers, and leaves the stream open',
  'server-request-first': 'asks for sampling before it answers',
  silence: 'says nothing',
  'silence-after-headers': 'sends headers, then nothing',
  'half-an-answer-silence': 'sends half an answer, then nothing',
  reset: 'resets the connection',
  close: 'closes the connection without an answer',
  'half-an-answer-close': 'closes the connection in the middle of the answer',
  'half-an-answer-close-announced': 'announces the close of the connection, and closes in the middle of the answer',
  'half-an-answer-reset': 'resets the connection in the middle of the answer',
  garbage: 'answers as an SSH server',
  'broken-chunks': 'sends a chunk length that is no number',
  upgrade: 'answers `101 Switching Protocols`, which nobody asked for',
  'bad-json': 'sends JSON that breaks off',
  'empty-body': 'sends status 200 with an empty body',
  'wrong-id': 'answers under the id of another call',
  'string-id': 'answers with the id as a text',
  accepted: 'sends `202 Accepted` for a request',
  'no-content': 'sends `204 No Content`',
  'web-page': 'sends a web page with a script in it',
  'no-content-type': 'sends the right answer without a content type',
  'neither-result-nor-error': 'sends neither result nor error',
  'both-result-and-error': 'sends result and error in one answer',
  'not-jsonrpc-2': 'leaves out `"jsonrpc": "2.0"`',
  batch: 'sends the answer in an array',
  'null-answer': 'sends `null`',
  'result-is-a-text': 'sends a text as the result',
  'result-type-missing': 'leaves out `resultType`, which the modern era wants; right in the legacy era',
  'empty-result': 'sends a result without content',
  'content-is-no-list': 'sends content that is no list',
  'content-item-breaks-schema': 'sends a text item without a text',
  'input-required': 'asks for input that the scenario has no reply for',
  task: 'sends a task that cannot be followed',
  'tool-error': 'sends a result with `isError`',
  'tool-error-of-arguments': 'sends `isError` with the words of a validation error',
  'rpc-32700-null-id': 'sends RPC error -32700 with the id `null`',
  'rpc-code-is-a-text': 'sends an RPC error whose code is a text',
  'http-301': 'redirects to another host; plimsoll does not follow',
  'http-307': 'redirects to another path; plimsoll does not follow',
  'http-400-session-wording': 'sends status 400 with the words of a lost session, to a client that has none',
  'http-400-32602-session-wording': 'sends status 400 with RPC error -32602 that speaks of a session',
  'http-403-scope': 'sends status 403 that asks for another scope',
  'http-429-seconds': 'sends status 429 with `Retry-After: 2`',
  'http-500-body-breaks-off': 'sends status 500 whose body breaks off',
  'http-500-endless-body': 'sends status 500 with a body without end',
  'endless-stream': 'sends blanks (JSON) or comments (event stream) without end',
  'endless-line': 'sends one line without end',
  'huge-answer': 'sends an answer far above the limit; over HTTP it announces its 100 MiB',
  'huge-headers': 'sends a header of 200 KiB',
  'fine-crlf': 'ends its lines by CR LF, with empty lines between them',
  'fine-after-garbage': 'prints a line of its log to standard output before the answer',
  'fine-stderr-flood': 'floods standard error before the answer',
  'answered-twice': 'answers twice',
  'answered-late': 'answers after the timeout',
  'stops-reading': 'reads its standard input no more',
  exit: 'exits',
  'exit-0': 'exits with code 0, as if all were well',
  killed: 'is killed by a signal',
  'half-an-answer-exit': 'exits in the middle of the answer',
  'close-stdout': 'closes its standard output and lives on',
  'truncated-frame': 'ends the line in the middle of the answer',
};

/** @throws Error where a misbehaviour has no words yet */
export function misbehaviourWords(name: string): string {
  const words = WORDS[name];
  if (words !== undefined) return words;
  const [, status, code] = /^http-(\d{3})(?:-(\d{5}))?$/.exec(name) ?? [];
  if (status !== undefined)
    return `sends status ${status} (${STATUS_CODES[status]})${code === undefined ? '' : ` with RPC error -${code}`}`;
  const rpc = /^rpc-(\d{5})$/.exec(name)?.[1];
  if (rpc !== undefined) return `sends RPC error -${rpc}`;
  throw new Error(`tell in misbehaviour-words.ts what a server does that misbehaves by ${name}`);
}
