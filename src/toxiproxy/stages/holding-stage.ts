import type { Cancel } from '../clock.js';
import { type Chunk, costOf, type Outlet, type Released, type Stage, type StageHost } from './stage.js';

/** One read from a socket: enough to keep a paced stage busy without hoarding. */
const ONE_READ_BYTES = 65_536;

/** A stage that keeps chunks for a while: the queue, the end that waits behind it, one alarm. Nothing held is ever lost. */
export abstract class HoldingStage implements Stage {
  readonly leavesHole: boolean = false;
  readonly capacity: number = ONE_READ_BYTES;
  held = 0;
  next: Outlet;
  protected queue: Chunk[] = [];
  private ended = false;
  private passedEnd = false;
  private released = false;
  private cancelAlarm: Cancel | undefined;

  constructor(
    protected readonly host: StageHost,
    next: Outlet,
  ) {
    this.next = next;
  }

  push(chunk: Chunk): void {
    if (this.released) return;
    this.queue.push(chunk);
    this.held += costOf(chunk);
    if (this.cancelAlarm === undefined) this.pump();
  }

  finish(): void {
    this.ended = true;
    this.passEnd();
  }

  release(): Released {
    this.released = true;
    this.cancelAlarm?.();
    const chunks = this.queue;
    this.queue = [];
    this.held = 0;
    return { chunks, finished: this.ended && !this.passedEnd };
  }

  /** Sends what is due and sets the alarm for what is not. Called with no alarm set. */
  protected abstract pump(): void;

  protected get armed(): boolean {
    return this.cancelAlarm !== undefined;
  }

  protected alarmAt(dueMs: number): void {
    this.cancelAlarm = this.host.at(dueMs, this.ring);
  }

  protected alarmSoon(): void {
    this.cancelAlarm = this.host.soon(this.ring);
  }

  /** Takes the first chunk off the queue. */
  protected shift(): void {
    this.held -= costOf(this.queue.shift() as Chunk);
  }

  /** Leaves the rest of the first chunk in its place. */
  protected trimFirst(sentBytes: number): void {
    const first = this.queue[0] as Chunk;
    this.queue[0] = { data: first.data.subarray(sentBytes), readAtMs: first.readAtMs };
    this.held -= sentBytes;
  }

  private readonly ring = (): void => {
    this.cancelAlarm = undefined;
    this.pump();
    this.passEnd();
  };

  /** Whether the end of the stream may leave, now that it has come in. */
  protected mayEnd(): boolean {
    return this.queue.length === 0;
  }

  private passEnd(): void {
    if (!this.ended || this.passedEnd || this.released || !this.mayEnd()) return;
    this.passedEnd = true;
    this.next.finish();
  }
}
