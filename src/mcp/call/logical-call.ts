import type { CallAnswer, CallStart, CancelCall } from '../driver.js';
import type { TimerHandle } from './clock.js';
import { FollowedTask, type TaskHost } from './followed-task.js';
import { InputRequests } from './input-requests.js';
import type { Round, RoundParts } from './round.js';

/** Rounds of input after which a server is taken to ask for ever; the official clients give up there too. */
const MAX_ROUNDS = 10;
/** Pause before a call is sent again that the server put off without asking for anything. */
const PUT_OFF_MS = 250;
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
  #task: FollowedTask | undefined;
  #oursMs = 0;
  #waitFromMs: number | undefined;
  #rounds = 0;
  #progress = 0;
  #bytesSent = 0;
  #bytesReceived = 0;
  #firstByteMs: number | undefined;

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
      this.#task = new FollowedTask(interaction.taskId, this.#host());
      this.#task.poll(interaction);
    } else if (interaction.resultType === 'input_required') this.#input(interaction, answer);
    else this.#finish(answer);
  }

  #input(asked: Readonly<Record<string, unknown>>, answer: CallAnswer): void {
    const { inputRequests, requestState } = asked;
    const input = new InputRequests(inputRequests, this.#parts.replies);
    const tired = this.#rounds === MAX_ROUNDS ? `the server still asks for input after ${MAX_ROUNDS} rounds` : undefined;
    const text = input.unanswered ?? tired;
    if (text !== undefined) {
      this.#finish({ ...answer, text });
      return;
    }
    const state = typeof requestState === 'string' ? `,"requestState":${JSON.stringify(requestState)}` : '';
    const delayMs = input.member === '' ? PUT_OFF_MS : input.delayMs;
    this.#replyAfter(delayMs, () => this.#send({ extra: `${input.member}${state}` }, (next) => this.#ofCall(next)));
  }

  #host(): TaskHost {
    return {
      parts: this.#parts,
      wantResult: this.#call.wantResult,
      send: (round, then) => this.#send(round, then),
      after: (delayMs, act) => this.#after(delayMs, act),
      replyAfter: (delayMs, act) => this.#replyAfter(delayMs, act),
      leftMs: () => this.#leftMs(),
      finish: (answer) => this.#finish(answer),
    };
  }

  /** Milliseconds that the server still has. */
  #leftMs(): number {
    return this.#call.timeoutMs - (this.#parts.clock.now() - this.#startMs - this.#oursMs);
  }

  /** A round of input. */
  #replyAfter(delayMs: number, act: () => void): void {
    this.#rounds += 1;
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
    const taskId = this.#task?.id;
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
      ...(this.#task === undefined || this.#task.polls === 0 ? {} : { polls: this.#task.polls }),
      ...(this.#progress === 0 ? {} : { progress: this.#progress }),
      ...(this.#oursMs === 0 ? {} : { oursMs: this.#oursMs }),
    });
  }
}
