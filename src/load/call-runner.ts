import type { CallAnswer, Driver } from '../mcp/driver.js';
import type { CancelPlan } from '../scenario/call.js';
import type { OutcomeClass } from '../scenario/outcome.js';
import type { Segment } from '../scenario/plan/segment.js';
import type { Agenda } from './agenda.js';
import { type ArrivalRun, CallRun } from './call-run.js';
import { type CallEnd, sampleOf } from './call-sample.js';
import type { CellCounts } from './cell-counts.js';
import type { CellTable } from './cell-table.js';
import type { DriveRecorder } from './drive-recorder.js';
import type { FailedAttempt } from './failure-counts.js';
import type { InFlight } from './in-flight.js';
import { STREAM, uniformAt } from './random.js';
import type { RetryBudget } from './retry-budget.js';
import type { SegmentIndex } from './segment-index.js';
import type { TraceIds } from './trace-ids.js';
import { weighAnswer } from './weigh-answer.js';

/** A start later than this is given up: what it would measure is the generator. */
const GIVE_UP_LATE_MS = 1000;
/** Up to this lateness the generator was on time, and full slots are the server's doing. */
const ON_TIME_MS = 10;

/** Steps of a journey that chance tells apart. */
const MOST_STEPS = 64;

export interface CallRunnerParts {
  readonly driver: Driver;
  readonly timeoutMs: number;
  readonly segments: SegmentIndex;
  readonly cells: CellTable;
  /** Names of the endpoints by index. */
  readonly endpoints: readonly string[];
  readonly recorder: DriveRecorder;
  readonly inFlight: InFlight<CallRun>;
  readonly agenda: Agenda;
  readonly traceIds: TraceIds;
  readonly retry: RetryBudget | undefined;
  readonly seed: number;
  /** Milliseconds from the start of the first phase. */
  readonly nowMs: () => number;
  /** What an answer's time has to be lowered by to count from the start of the first phase. */
  readonly originMs: number;
  /** Told before anything of an end at this time is counted. */
  readonly beforeEnd: (endedMs: number) => void;
  /** The call has ended, or was dropped, and its slot is free again. */
  readonly onEnd: (arrival: ArrivalRun, outcome: OutcomeClass, endedMs: number) => void;
  /** False once the drain is over. */
  readonly mayRetry: () => boolean;
  /** An appointment was made. */
  readonly onAppointment: (dueMs: number) => void;
}

/** Takes one call from its due time to its end: slot, attempts, expectation, saved values, and everything that is counted about it. */
export class CallRunner {
  readonly #parts: CallRunnerParts;

  constructor(parts: CallRunnerParts) {
    this.#parts = parts;
  }

  /** Starts the arrival's current step, which was due at `dueMs`. Every call comes to exactly one `onEnd`. */
  begin(arrival: ArrivalRun, dueMs: number): void {
    const { recorder, inFlight, segments } = this.#parts;
    const step = arrival.planned.steps[arrival.step]!;
    const segment = segments.at(dueMs / 1000);
    const counts = this.#counts(step.toolIndex, arrival, segment);
    const nowMs = this.#parts.nowMs();
    const lateMs = nowMs - dueMs;
    counts.offered += 1;
    if (lateMs > GIVE_UP_LATE_MS) {
      counts.droppedByGenerator += 1;
      this.#keepDropped(arrival, dueMs, segment, 'dropped-by-generator');
      this.#parts.onEnd(arrival, 'dropped-by-generator', nowMs);
      return;
    }
    if (inFlight.full) {
      // Late and full: the server's doing only if the slots were already taken when the call was due.
      const byServer = lateMs <= ON_TIME_MS || inFlight.fullSinceMs <= dueMs;
      if (byServer) counts.dropped += 1;
      else counts.droppedByGenerator += 1;
      const outcome = byServer ? 'dropped' : 'dropped-by-generator';
      this.#keepDropped(arrival, dueMs, segment, outcome);
      this.#parts.onEnd(arrival, outcome, nowMs);
      return;
    }
    counts.started += 1;
    recorder.lateness.record(lateMs * 1000);
    const call = new CallRun(arrival, step, dueMs, segment);
    call.argumentsJson = step.arguments.constant ?? step.arguments.render(arrival.index, arrival.saved);
    call.startedMs = nowMs;
    inFlight.add(call, nowMs);
    this.#parts.retry?.firstAttempt();
    this.#attempt(call, nowMs);
  }

  /** Ends every call in flight as `unfinished`; those on the wire are ended there and come back when the driver says so. */
  cancelAll(): void {
    for (const call of this.#parts.inFlight.holders()) {
      if (call.cancel === undefined) this.#end(call, 'unfinished', this.#parts.nowMs());
      else call.cancel('unfinished');
    }
  }

  /** Counts whatever still holds a slot as `unfinished`, whether or not the driver ever answers. */
  abandonAll(): number {
    const left = this.#parts.inFlight.holders();
    for (const call of left) this.#end(call, 'unfinished', this.#parts.nowMs());
    return left.length;
  }

  #attempt(call: CallRun, nowMs: number): void {
    const { driver, traceIds, timeoutMs } = this.#parts;
    call.attempts += 1;
    call.attemptMs = nowMs;
    call.traceparent = traceIds.next();
    call.cancel = driver.start(
      {
        tool: call.step.tool,
        request: call.step.request,
        argumentsJson: call.argumentsJson,
        endpoint: call.arrival.endpoint,
        tenant: call.arrival.tenant,
        traceparent: call.traceparent,
        timeoutMs,
        wantResult: call.step.wantResult,
      },
      (answer) => this.#answered(call, answer),
    );
    if (call.step.cancel !== undefined && call.attempts === 1) this.#planCancel(call, call.step.cancel, nowMs);
  }

  #answered(call: CallRun, answer: CallAnswer): void {
    if (call.slot < 0) return;
    const { retry, agenda, originMs } = this.#parts;
    const endedMs = answer.endedMs - originMs;
    call.cancel = undefined;
    call.bytesSent += answer.bytesSent;
    call.bytesReceived += answer.bytesReceived;
    if (answer.rounds !== undefined || answer.polls !== undefined || answer.progress !== undefined) addRounds(call, answer);
    let outcome = answer.outcome;
    let text = answer.text;
    if (call.step.wantResult && answer.result !== undefined) {
      const fault = weighAnswer(call, answer.result, outcome);
      if (fault !== undefined) {
        outcome = fault.outcome;
        text = fault.text ?? text;
      } else outcome = 'ok';
    }
    if (outcome !== 'ok' && this.#parts.mayRetry()) {
      const pauseMs = retry?.pauseAfter(outcome, call.attempts, answer.retryAfterMs);
      if (pauseMs !== undefined) {
        const dueMs = endedMs + pauseMs;
        const failed = attemptOf(call, outcome, endedMs, answer);
        this.#keepRetried(call, { outcome, endedMs, answer, text });
        agenda.add({ dueMs, holdsDrain: true, act: () => this.#retry(call, failed) });
        this.#parts.onAppointment(dueMs);
        return;
      }
    }
    this.#end(call, outcome, endedMs, answer, text);
  }

  /** Takes the call back later, if chance has it among those that are. */
  #planCancel(call: CallRun, { afterMs, share }: CancelPlan, nowMs: number): void {
    const { agenda, seed, onAppointment } = this.#parts;
    if (uniformAt(seed, STREAM.cancel, call.arrival.index * MOST_STEPS + call.arrival.step) >= share) return;
    const dueMs = nowMs + afterMs;
    const act = (): void => {
      if (call.slot < 0) return;
      call.takenBack = true;
      call.cancel?.('cancelled');
    };
    agenda.add({ dueMs, holdsDrain: true, act });
    onAppointment(dueMs);
  }

  /** What is tried again is evidence too: the call may well end as a success. */
  #keepRetried(call: CallRun, { outcome, endedMs, answer, text }: Omit<CallEnd, 'segment' | 'endpoint'>): void {
    const { samples } = this.#parts.recorder;
    const { segment, arrival, step } = call;
    if (!samples.wantsError(outcome, step.tool, segment.id, true)) return;
    const endpoint = this.#parts.endpoints[arrival.endpoint] ?? '';
    samples.addError({ ...sampleOf(call, 'error', { outcome, endedMs, segment, endpoint, answer, text }), retried: true });
  }

  #retry(call: CallRun, failed: FailedAttempt): void {
    if (call.slot < 0) return;
    call.retried ??= [];
    call.retried.push(failed);
    this.#counts(call.step.toolIndex, call.arrival, call.segment).retries += 1;
    this.#attempt(call, this.#parts.nowMs());
  }

  #end(call: CallRun, outcome: OutcomeClass, endedMs: number, answer?: CallAnswer, text?: string): void {
    this.#parts.beforeEnd(endedMs);
    this.#parts.inFlight.remove(call, endedMs);
    const segment = this.#parts.segments.ended(call.segment, endedMs / 1000);
    const counts = this.#counts(call.step.toolIndex, call.arrival, segment);
    if (segment !== call.segment) this.#moveToEdge(call, counts);
    counts.bytesSent += call.bytesSent;
    counts.bytesReceived += call.bytesReceived;
    // What the server waited for us is not the server's.
    const responseUs = (endedMs - call.dueMs - call.oursMs) * 1000;
    const serviceUs = (endedMs - call.attemptMs - (answer?.oursMs ?? 0)) * 1000;
    if (call.rounds > 0 || call.polls > 0 || call.progress > 0) countRounds(counts, call);
    if (call.retried !== undefined) for (const attempt of call.retried) counts.addRetried(attempt);
    if (outcome === 'ok') {
      counts.ok += 1;
      if (call.attempts > 1) counts.okAfterRetry += 1;
      counts.response.record(responseUs);
      counts.service.record(serviceUs);
      if (answer?.firstByteMs !== undefined) {
        counts.firstByte.record((answer.firstByteMs - this.#parts.originMs - call.attemptMs) * 1000);
      }
    } else if (outcome === 'unfinished') counts.unfinished += 1;
    else if (call.takenBack && outcome === 'cancelled') counts.cancelled += 1;
    else {
      counts.failed += 1;
      counts.addError(outcome);
      counts.addFailure(attemptOf(call, outcome, endedMs, answer));
      if (answer?.answered) counts.failedResponse.record(responseUs);
      if (answer?.retryAfterMs !== undefined) counts.addRetryAfter(answer.retryAfterMs);
    }
    const { samples, slow } = this.#parts.recorder;
    if (outcome === 'ok' ? responseUs > slow.aboveUs : outcome !== 'cancelled' || !call.takenBack)
      this.#keepSlow(call, responseUs, segment, outcome);
    const endpoint = this.#parts.endpoints[call.arrival.endpoint] ?? '';
    const group = this.#parts.cells.idOf(call.step.toolIndex, 0, segment.id);
    if (outcome !== 'ok' && samples.wantsError(outcome, call.step.tool, segment.id)) {
      samples.addError(sampleOf(call, 'error', { outcome, endedMs, segment, endpoint, answer, text }));
    } else if (answer?.answered && samples.wantsSlow(group, responseUs)) {
      samples.addSlow(group, responseUs, sampleOf(call, 'slow', { outcome, endedMs, segment, endpoint, answer, text }));
    }
    this.#parts.onEnd(call.arrival, outcome, endedMs);
  }

  #keepSlow(call: CallRun, responseUs: number, { id, kind }: Segment, outcome: OutcomeClass): void {
    const { recorder, cells } = this.#parts;
    if (kind === 'warm-up' || !recorder.slow.wants()) return;
    const { arrival, step, dueMs, startedMs } = call;
    const cell = cells.idOf(step.toolIndex, arrival.endpoint, id, arrival.tenant);
    const kept = [cell, toTenth(dueMs), Math.round(responseUs), Math.round((startedMs - dueMs) * 1000)] as const;
    recorder.slow.add(outcome === 'ok' ? kept : [...kept, outcome]);
  }

  /** A start that was never made counts as one that failed. */
  #keepDropped(arrival: ArrivalRun, dueMs: number, { id, kind }: Segment, outcome: OutcomeClass): void {
    const { recorder, cells, nowMs } = this.#parts;
    if (kind === 'warm-up' || !recorder.slow.wants()) return;
    const { toolIndex } = arrival.planned.steps[arrival.step]!;
    const cell = cells.idOf(toolIndex, arrival.endpoint, id, arrival.tenant);
    recorder.slow.add([cell, toTenth(dueMs), 0, Math.round((nowMs() - dueMs) * 1000), outcome]);
  }

  /** A fault overtook the call: what was counted of it where it was due is taken back there and counted in the edge. */
  #moveToEdge(call: CallRun, edge: CellCounts): void {
    const before = this.#counts(call.step.toolIndex, call.arrival, call.segment);
    before.offered -= 1;
    before.started -= 1;
    before.retries -= call.attempts - 1;
    edge.offered += 1;
    edge.started += 1;
    edge.retries += call.attempts - 1;
  }

  #counts(tool: number, { endpoint, tenant }: ArrivalRun, segment: Segment): CellCounts {
    return this.#parts.recorder.cell(this.#parts.cells.idOf(tool, endpoint, segment.id, tenant));
  }
}

const toTenth = (ms: number): number => Math.round(ms * 10) / 10;

/** The attempt that just ended, as one that failed. What the server waited for us is part of it: whatever ended it waited too. */
const attemptOf = (call: CallRun, outcome: OutcomeClass, endedMs: number, answer: CallAnswer | undefined): FailedAttempt => ({
  outcome,
  tookUs: (endedMs - call.attemptMs) * 1000,
  status: answer?.httpStatus,
  rpcCode: answer?.rpcCode,
});

function addRounds(call: CallRun, { rounds = 0, polls = 0, progress = 0, oursMs = 0 }: CallAnswer): void {
  call.rounds += rounds;
  call.polls += polls;
  call.progress += progress;
  call.oursMs += oursMs;
}

function countRounds(counts: CellCounts, { rounds, polls, progress, oursMs }: CallRun): void {
  counts.rounds += rounds;
  counts.polls += polls;
  counts.progress += progress;
  if (rounds > 0) counts.addWait(oursMs * 1000);
}
