import { OUTCOMES } from '../../scenario/outcome.js';
import type { CallAnswer } from '../driver.js';
import type { CallRecord } from '../protocol/call-record.js';
import { type CompiledRule, classify } from '../protocol/classify.js';
import { type AnswerContent, isObject, readAnswer } from '../protocol/rpc-answer.js';
import { TEXT_LIMIT } from './wire-call.js';

export interface TaskWeighing {
  readonly rules: readonly CompiledRule[];
  readonly wantResult: boolean;
  redact(text: string): string;
}

/**
 * How a task that has come to an end makes its call end: its result or error is weighed as if it had been the answer to the call.
 * @param answer to the poll that told so
 */
export function taskEnd(task: Readonly<Record<string, unknown>>, answer: CallAnswer, weighing: TaskWeighing): CallAnswer {
  switch (task.status) {
    case 'completed': {
      const { result } = task;
      return weighed({ result: isObject(result) ? { resultType: 'complete', ...result } : result }, answer, weighing);
    }
    case 'failed':
      return weighed({ error: task.error }, answer, weighing);
    case 'cancelled':
      return { ...withoutResult(answer), outcome: 'tool-error', answered: true, text: 'the server cancelled the task' };
    default: {
      const text = `a task in the state ${String(task.status).slice(0, 60)}`;
      return { ...withoutResult(answer), outcome: 'schema', answered: true, text };
    }
  }
}

/** The answer to a poll without its result, which is the task's and not the call's. */
export function withoutResult({ result: _, ...answer }: CallAnswer): Omit<CallAnswer, 'result'> {
  return answer;
}

function weighed(
  end: { readonly result?: unknown; readonly error?: unknown },
  { endedMs }: CallAnswer,
  { rules, wantResult, redact }: TaskWeighing,
): CallAnswer {
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
  readAnswer({ jsonrpc: '2.0', id: 0, ...end }, 0, 'modern', content, 'tool');
  const record: CallRecord = {
    ...content,
    era: 'modern',
    local: 'none',
    httpStatus: 200,
    sessionSent: false,
    insufficientScope: false,
    bodyText: '',
  };
  const outcome = classify(record, rules);
  const text = redact(content.toolErrorText || content.rpcMessage || content.violation).slice(0, TEXT_LIMIT);
  return {
    outcome,
    answered: OUTCOMES[outcome].answered,
    endedMs,
    bytesSent: 0,
    bytesReceived: 0,
    httpStatus: 200,
    ...(content.rpcCode === undefined ? {} : { rpcCode: content.rpcCode }),
    ...(outcome === 'ok' || text === '' ? {} : { text }),
    ...(wantResult && content.result !== undefined ? { result: content.result } : {}),
  };
}
