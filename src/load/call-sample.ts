import type { SampleEntry } from '../journal/journal-entry.js';
import type { CallAnswer } from '../mcp/driver.js';
import type { OutcomeClass } from '../scenario/outcome.js';
import type { Segment } from '../scenario/plan/segment.js';
import type { CallRun } from './call-run.js';
import { traceIdOf } from './trace-ids.js';

export interface CallEnd {
  readonly outcome: OutcomeClass;
  /** Milliseconds from the start of the first phase. */
  readonly endedMs: number;
  readonly segment: Segment;
  readonly endpoint: string;
  readonly answer: CallAnswer | undefined;
  readonly text: string | undefined;
}

/** A call as evidence: what happened, and the ids under which the server's own logs and traces know it. */
export function sampleOf(call: CallRun, kind: SampleEntry['kind'], end: CallEnd): SampleEntry {
  const { outcome, endedMs, segment, endpoint, answer, text } = end;
  return {
    type: 'sample',
    t: endedMs / 1000,
    kind,
    class: outcome,
    tool: call.step.tool,
    endpoint,
    segment: segment.id,
    responseUs: Math.round((endedMs - call.dueMs) * 1000),
    serviceUs: Math.round((endedMs - call.attemptMs) * 1000),
    ...(answer?.httpStatus === undefined ? {} : { status: answer.httpStatus }),
    ...(answer?.rpcCode === undefined ? {} : { rpcCode: answer.rpcCode }),
    ...(answer?.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
    ...(text === undefined ? {} : { text }),
    traceparent: call.traceparent,
    requestId: traceIdOf(call.traceparent),
  };
}
