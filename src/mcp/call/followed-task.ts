import type { CallAnswer } from '../driver.js';
import { isObject } from '../protocol/rpc-answer.js';
import { InputRequests } from './input-requests.js';
import type { Round, RoundParts } from './round.js';
import { taskEnd, withoutResult } from './task-end.js';

/** What a task needs of the call that it stands for. */
export interface TaskHost {
  readonly parts: RoundParts;
  readonly wantResult: boolean;
  /** Sends a request about the task within the time that the server still has. */
  send(round: Round, then: (answer: CallAnswer) => void): void;
  /** Acts after a pause that is the server's own. */
  after(delayMs: number, act: () => void): void;
  /** Acts after a pause that is ours; a round of input. */
  replyAfter(delayMs: number, act: () => void): void;
  /** Milliseconds that the server still has. */
  leftMs(): number;
  finish(answer: CallAnswer): void;
}

const POLL_MS = 1000;
const LEAST_POLL_MS = 10;

/** The task that a call was answered by: asked about until it has ended, with the input that it wants on the way. */
export class FollowedTask {
  readonly id: string;
  polls = 0;
  readonly #host: TaskHost;
  readonly #answered = new Set<string>();

  constructor(id: string, host: TaskHost) {
    this.id = id;
    this.#host = host;
  }

  /** @param task what was last heard of it */
  poll(task: Readonly<Record<string, unknown>>): void {
    const { pollIntervalMs } = task;
    const pauseMs = typeof pollIntervalMs === 'number' && pollIntervalMs >= 0 ? Math.max(LEAST_POLL_MS, pollIntervalMs) : POLL_MS;
    const host = this.#host;
    host.after(Math.min(pauseMs, Math.max(0, host.leftMs())), () => {
      this.polls += 1;
      host.send({ extra: '', task: { method: 'tasks/get', taskId: this.id } }, (answer) => this.#heard(answer));
    });
  }

  #heard(answer: CallAnswer): void {
    const { parts, wantResult, finish } = this.#host;
    const task = answer.result;
    if (answer.outcome !== 'ok' || task === undefined) finish(answer);
    else if (task.status === 'working') this.poll(task);
    else if (task.status === 'input_required') this.#input(task, answer);
    else finish(taskEnd(task, answer, { rules: parts.rules, redact: (text) => parts.redact(text), wantResult }));
  }

  #input(task: Readonly<Record<string, unknown>>, answer: CallAnswer): void {
    const host = this.#host;
    // A request that was answered may be listed until the server has taken the answer in.
    const input = new InputRequests(isObject(task.inputRequests) ? task.inputRequests : {}, host.parts.replies, this.#answered);
    if (input.unanswered !== undefined) {
      host.finish({ ...withoutResult(answer), outcome: 'unsupported-interaction', answered: true, text: input.unanswered });
      return;
    }
    const keys = input.keys();
    if (keys.length === 0) {
      this.poll(task);
      return;
    }
    for (const key of keys) this.#answered.add(key);
    host.replyAfter(input.delayMs, () =>
      host.send({ extra: input.member, task: { method: 'tasks/update', taskId: this.id } }, (next) =>
        next.outcome === 'ok' ? this.poll(task) : host.finish(next),
      ),
    );
  }
}
