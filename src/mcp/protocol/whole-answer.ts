import type { Era } from '../era.js';
import type { AnswerKind } from './call-record.js';
import { type AnswerContent, isObject, readAnswer } from './rpc-answer.js';
import { SseReader } from './sse-reader.js';

/**
 * The result in the whole body of an answer, JSON or event stream; undefined where there is none, and where it is an error of JSON-RPC.
 * @param id of the request
 */
export function resultInBody(
  body: string,
  id: number,
  era: Era,
  kind: AnswerKind,
): Readonly<Record<string, unknown>> | undefined {
  const content: AnswerContent = {
    fault: 'none',
    rpcCode: undefined,
    rpcMessage: '',
    isError: false,
    toolErrorText: '',
    result: undefined,
    interaction: undefined,
    violation: '',
    idIsText: false,
  };
  readAnswer(body.startsWith('{') ? parsed(body) : answerInStream(body), id, era, content, kind);
  return content.fault === 'none' ? content.result : undefined;
}

/** The first message of a stream that is no notification and no request of the server. */
function answerInStream(body: string): unknown {
  let answer: unknown;
  const onEvent = (data: string): boolean => {
    const message = data === '' ? undefined : parsed(data);
    if (message === undefined || (isObject(message) && message.method !== undefined)) return true;
    answer = message;
    return false;
  };
  new SseReader({ onEvent, onLineTooLong: () => {} }, Number.POSITIVE_INFINITY).push(Buffer.from(body));
  return answer;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
