import type { ToxicAttributes } from '../toxic.js';
import { HoldingStage } from './holding-stage.js';
import type { Chunk, Outlet, Released, StageHost } from './stage.js';

/** Room for data under way: 4 MiB in 200 ms is some 20 MB/s per connection. */
const CAPACITY_BYTES = 4 * 1_048_576;

/** Delays each chunk by latency +/- uniform jitter (ms), counted from when it was read. Order is kept: no chunk overtakes an earlier one. */
export class LatencyStage extends HoldingStage {
  override readonly capacity = CAPACITY_BYTES;
  private readonly latencyMs: number;
  private readonly jitterMs: number;
  /** When each chunk of the queue is due. */
  private dueMs: number[] = [];
  private lastDueMs = Number.NEGATIVE_INFINITY;

  constructor(attributes: ToxicAttributes, host: StageHost, next: Outlet) {
    super(host, next);
    this.latencyMs = attributes.latency ?? 0;
    this.jitterMs = attributes.jitter ?? 0;
  }

  override push(chunk: Chunk): void {
    const jitter = this.jitterMs > 0 ? (this.host.dice() * 2 - 1) * this.jitterMs : 0;
    const delay = Math.max(0, this.latencyMs + jitter);
    this.lastDueMs = Math.max(this.lastDueMs, chunk.readAtMs + delay);
    this.dueMs.push(this.lastDueMs);
    super.push(chunk);
  }

  override release(): Released {
    this.dueMs = [];
    return super.release();
  }

  protected pump(): void {
    const now = this.host.now();
    for (let due = this.dueMs[0]; due !== undefined; due = this.dueMs[0]) {
      if (due > now) {
        this.alarmAt(due);
        return;
      }
      const { data } = this.queue[0] as Chunk;
      this.shift();
      this.dueMs.shift();
      this.next.push({ data, readAtMs: due });
    }
  }
}
