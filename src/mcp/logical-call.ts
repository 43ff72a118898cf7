import type { CallRecord } from './call-record.js';
import { type CompiledRule, classify } from './classify.js';
import type { ClientReplies, DueReply } from './client-replies.js';
import type { Clock, TimerHandle } from './clock.js';
import type { CallAnswer, CallStart, CancelCall } from './driver.js';
import { OUTCOMES } from './outcome.js';
import { type AnswerContent, isObject, readAnswer } from './rpc-answer.js';

/** One request of a logical call. */
export interface Round {
  /** Members that are put behind `_meta` in the parameters, each with a comma before it. */
  readonly extra: string;
  /** A request about a task instead of the call itself. */
  readonly task?: { readonly method: 'tasks/get' | 'tasks/update' | 'tasks/cancel'; readonly taskId: string };
}

/** What a logical call needs of its driver. */
export interface RoundParts {
  readonly clock: Clock;
  readonly replies: ClientReplies;
  readonly rules: readonly CompiledRule[];
  redact(text: string): string;
  /** How the server told what became of a call that was cancelled. */
  cancelTold(how: 'stopped' | 'answered' | 'untold'): void;
  send(call: CallStart, round: Round, timeoutMs: number, done: (answer: CallAnswer) => void): CancelCall;
}

/** Rounds of input after which a server is taken to ask for ever; the official clients give up there too. */
const MAX_ROUNDS = 10;
/** Pause before a call is sent again that the server put off without asking for anything. */
const PUT_OFF_MS = 250;
const POLL_MS = 1000;
const LEAST_POLL_MS = 10;
const TEXT_LIMIT = 300;
const AFTER_CANCEL_MS = 500;

/**
 * One call of the modern era that may take several requests: `input_required` is answered by the scenario's replies and the call sent
 * again under a new id, a task is polled to its end. One answer comes out of it; the waits that are our own are told in it, and the time
 * limit leaves them out.
 */
export class LogicalCall {
  readonly #parts: RoundParts;
  readonly #call: CallStart;
  readonly #startMs: number;
  #done: ((answer: CallAnswer) => void) | undefined;
  #cancelRound: CancelCall | undefined;
  #timer: TimerHandle | undefined;
  #taskId: string | undefined;
  #oursMs = 0;
  #waitFromMs: number | undefined;
  #rounds = 0;
  #polls = 0;
  #progress = 0;
  #bytesSent = 0;
  #bytesReceived = 0;
  #firstByteMs: number | undefined;
  #answered = new Set<string>();

  constructor(parts: RoundParts, call: CallStart, done: (answer: CallAnswer) => void) {
    this.#parts = parts;
    this.#call = call;
    this.#done = done;
    this.#startMs = parts.clock.now();
  }

  start(): CancelCall {
    this.#send({ extra: '' }, (answer) => this.#ofCall(answer));
    return (outcome) => this.#cancel(outcome);
  }

  #send(round: Round, then: (answer: CallAnswer) => void): void {
    const leftMs = this.#leftMs();
    if (leftMs <= 0) {
      this.#timeOut();
      return;
    }
    this.#cancelRound = this.#parts.send(this.#call, round, leftMs, (answer) => {
      this.#cancelRound = undefined;
      this.#bytesSent += answer.bytesSent;
      this.#bytesReceived += answer.bytesReceived;
      this.#progress += answer.progress ?? 0;
      this.#firstByteMs ??= answer.firstByteMs;
      then(answer);
    });
  }

  /** The answer to the call itself. */
  #ofCall(answer: CallAnswer): void {
    const { interaction } = answer;
    if (interaction === undefined || this.#done === undefined) this.#finish(answer);
    else if (interaction.resultType === 'task' && typeof interaction.taskId === 'string' && this.#parts.replies.tasks) {
      this.#taskId = interaction.taskId;
      this.#poll(interaction);
    } else if (interaction.resultType === 'input_required') this.#input(interaction, answer);
    else this.#finish(answer);
  }

  #input(asked: Readonly<Record<string, unknown>>, answer: CallAnswer): void {
    const { inputRequests, requestState } = asked;
    const replies = this.#repliesTo(inputRequests);
    if (typeof replies === 'string' || this.#rounds === MAX_ROUNDS) {
      const text = typeof replies === 'string' ? replies : `the server still asks for input after ${MAX_ROUNDS} rounds`;
      this.#finish({ ...answer, text });
      return;
    }
    this.#rounds += 1;
    const state = typeof requestState === 'string' ? `,"requestState":${JSON.stringify(requestState)}` : '';
    const given = replies.size === 0 ? '' : `,"inputResponses":${responsesText(replies)}`;
    const delayMs = replies.size === 0 ? PUT_OFF_MS : longest(replies);
    this.#waitForUs(delayMs, () => this.#send({ extra: `${given}${state}` }, (next) => this.#ofCall(next)));
  }

  /** What the scenario replies to each request, or why it cannot. */
  #repliesTo(requests: unknown): ReadonlyMap<string, DueReply> | string {
    const replies = new Map<string, DueReply>();
    if (!isObject(requests)) return replies;
    for (const [key, request] of Object.entries(requests)) {
      const method = isObject(request) ? request.method : undefined;
      const reply = this.#parts.replies.to(method);
      if (reply === undefined)
        return `the server asks for ${String(method).slice(0, 60)}, to which the scenario has no reply (client)`;
      replies.set(key, reply);
    }
    return replies;
  }

  #poll(task: Readonly<Record<string, unknown>>): void {
    const { pollIntervalMs } = task;
    const pauseMs = typeof pollIntervalMs === 'number' && pollIntervalMs >= 0 ? Math.max(LEAST_POLL_MS, pollIntervalMs) : POLL_MS;
    this.#after(Math.min(pauseMs, Math.max(0, this.#leftMs())), () => {
      this.#polls += 1;
      this.#send({ extra: '', task: { method: 'tasks/get', taskId: this.#taskId! } }, (answer) => this.#ofPoll(answer));
    });
  }

  #ofPoll(answer: CallAnswer): void {
    const task = answer.result;
    if (answer.outcome !== 'ok' || task === undefined || this.#done === undefined) {
      this.#finish(answer);
      return;
    }
    switch (task.status) {
      case 'working':
        this.#poll(task);
        return;
      case 'input_required':
        this.#taskInput(task, answer);
        return;
      case 'completed':
        this.#finish(
          this.#judged({ result: isObject(task.result) ? { resultType: 'complete', ...task.result } : task.result }, answer),
        );
        return;
      case 'failed':
        this.#finish(this.#judged({ error: task.error }, answer));
        return;
      case 'cancelled':
        this.#finish({ ...without(answer), outcome: 'tool-error', answered: true, text: 'the server cancelled the task' });
        return;
      default:
        this.#finish({
          ...without(answer),
          outcome: 'schema',
          answered: true,
          text: `a task in the state ${String(task.status).slice(0, 60)}`,
        });
    }
  }

  #taskInput(task: Readonly<Record<string, unknown>>, answer: CallAnswer): void {
    const requests = isObject(task.inputRequests) ? task.inputRequests : {};
    // A request that was answered may be listed until the server has taken the answer in.
    const open = Object.fromEntries(Object.entries(requests).filter(([key]) => !this.#answered.has(key)));
    const replies = this.#repliesTo(open);
    if (typeof replies === 'string') {
      this.#finish({ ...without(answer), outcome: 'unsupported-interaction', answered: true, text: replies });
      return;
    }
    if (replies.size === 0) {
      this.#poll(task);
      return;
    }
    this.#rounds += 1;
    for (const key of replies.keys()) this.#answered.add(key);
    this.#waitForUs(longest(replies), () => {
      const extra = `,"inputResponses":${responsesText(replies)}`;
      this.#send({ extra, task: { method: 'tasks/update', taskId: this.#taskId! } }, (next) =>
        next.outcome === 'ok' ? this.#poll(task) : this.#finish(next),
      );
    });
  }

  /** Weighs the end of a task as if it had been the answer to the call. */
  #judged(end: { readonly result?: unknown; readonly error?: unknown }, { endedMs }: CallAnswer): CallAnswer {
    const content: AnswerContent = {
      fault: 'none',
      rpcCode: undefined,
      rpcMessage: '',
      isError: false,
      toolErrorText: '',
      result: undefined,
      interaction: undefined,
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
    const outcome = classify(record, this.#parts.rules);
    const text = this.#parts.redact(content.toolErrorText || content.rpcMessage).slice(0, TEXT_LIMIT);
    return {
      outcome,
      answered: OUTCOMES[outcome].answered,
      endedMs,
      bytesSent: 0,
      bytesReceived: 0,
      httpStatus: 200,
      ...(content.rpcCode === undefined ? {} : { rpcCode: content.rpcCode }),
      ...(outcome === 'ok' || text === '' ? {} : { text }),
      ...(this.#call.wantResult && content.result !== undefined ? { result: content.result } : {}),
    };
  }

  /** Milliseconds that the server still has. */
  #leftMs(): number {
    return this.#call.timeoutMs - (this.#parts.clock.now() - this.#startMs - this.#oursMs);
  }

  #waitForUs(delayMs: number, act: () => void): void {
    this.#waitFromMs = this.#parts.clock.now();
    this.#after(delayMs, () => {
      this.#waitEnded();
      act();
    });
  }

  #waitEnded(): void {
    if (this.#waitFromMs !== undefined) this.#oursMs += this.#parts.clock.now() - this.#waitFromMs;
    this.#waitFromMs = undefined;
  }

  #after(delayMs: number, act: () => void): void {
    this.#timer = this.#parts.clock.setTimer(() => {
      this.#timer = undefined;
      if (this.#done !== undefined) act();
    }, delayMs);
  }

  #timeOut(): void {
    this.#dropTask(false);
    this.#finish({ outcome: 'timeout', answered: false, endedMs: this.#parts.clock.now(), bytesSent: 0, bytesReceived: 0 });
  }

  #cancel(outcome: 'cancelled' | 'unfinished'): void {
    if (this.#done === undefined) return;
    if (outcome === 'cancelled') this.#dropTask(true);
    if (this.#cancelRound !== undefined) {
      this.#cancelRound(outcome);
      return;
    }
    if (this.#timer === undefined) return;
    this.#parts.clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#parts.clock.afterSockets(() =>
      this.#finish({ outcome, answered: false, endedMs: this.#parts.clock.now(), bytesSent: 0, bytesReceived: 0 }),
    );
  }

  /** Takes the task back on the server. @param ask also asks afterwards whether its work stopped */
  #dropTask(ask: boolean): void {
    const taskId = this.#taskId;
    const { clock, cancelTold, send } = this.#parts;
    if (taskId === undefined) {
      if (ask) cancelTold('untold');
      return;
    }
    const call = { ...this.#call, wantResult: true };
    send(call, { extra: '', task: { method: 'tasks/cancel', taskId } }, this.#call.timeoutMs, () => {
      if (!ask) return;
      clock
        .setTimer(() => {
          send(call, { extra: '', task: { method: 'tasks/get', taskId } }, this.#call.timeoutMs, ({ result }) => {
            const status = result?.status;
            cancelTold(
              status === 'cancelled' ? 'stopped' : status === 'completed' || status === 'failed' ? 'answered' : 'untold',
            );
          });
        }, AFTER_CANCEL_MS)
        .unref?.();
    });
  }

  #finish(answer: CallAnswer): void {
    const done = this.#done;
    if (done === undefined) return;
    this.#done = undefined;
    this.#waitEnded();
    const { interaction: _, result, ...rest } = answer;
    done({
      ...rest,
      ...(this.#call.wantResult && result !== undefined ? { result } : {}),
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      ...(this.#firstByteMs === undefined ? {} : { firstByteMs: this.#firstByteMs }),
      ...(this.#rounds === 0 ? {} : { rounds: this.#rounds }),
      ...(this.#polls === 0 ? {} : { polls: this.#polls }),
      ...(this.#progress === 0 ? {} : { progress: this.#progress }),
      ...(this.#oursMs === 0 ? {} : { oursMs: this.#oursMs }),
    });
  }
}

const longest = (replies: ReadonlyMap<string, DueReply>): number =>
  [...replies.values()].reduce((most, { delayMs }) => Math.max(most, delayMs), 0);

const responsesText = (replies: ReadonlyMap<string, DueReply>): string =>
  JSON.stringify(Object.fromEntries([...replies].map(([key, { result }]) => [key, result])));

/** The answer to a poll without its result, which is the task's and not the call's. */
const without = ({ result: _, ...answer }: CallAnswer): Omit<CallAnswer, 'result'> => answer;
