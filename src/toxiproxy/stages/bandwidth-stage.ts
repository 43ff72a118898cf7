import type { ToxicAttributes } from '../toxic.js';
import { HoldingStage } from './holding-stage.js';
import type { Chunk, Outlet, StageHost } from './stage.js';

/** A chunk that would take longer goes out in slices of this length. */
const SLICE_MS = 100;

/** A timer rings late by a little; that much is made up for, so that the rate holds on average. */
const MOST_CREDIT_MS = SLICE_MS;

/** Passes `rate` KB/s (1 KB = 1000 bytes, so bytes per ms) per connection; each byte leaves when its transmission would be over. 0 stalls and keeps. */
export class BandwidthStage extends HoldingStage {
  private readonly bytesPerMs: number;
  /** When what was sent so far would have left a wire of this rate. */
  private freeAtMs = Number.NEGATIVE_INFINITY;
  private creditMs = 0;

  constructor(attributes: ToxicAttributes, host: StageHost, next: Outlet) {
    super(host, next);
    this.bytesPerMs = attributes.rate ?? 0;
  }

  override push(chunk: Chunk): void {
    if (this.queue.length === 0) {
      this.freeAtMs = Math.max(this.freeAtMs, this.host.now() - this.creditMs);
      this.creditMs = 0;
    }
    super.push(chunk);
  }

  protected pump(): void {
    if (this.bytesPerMs === 0) return;
    const now = this.host.now();
    for (let first = this.queue[0]; first !== undefined; first = this.queue[0]) {
      const size = Math.min(first.data.length, this.bytesPerMs * SLICE_MS);
      const dueMs = this.freeAtMs + size / this.bytesPerMs;
      if (dueMs > now) {
        this.alarmAt(dueMs);
        return;
      }
      this.freeAtMs = Math.max(dueMs, now - MOST_CREDIT_MS);
      if (size === first.data.length) this.shift();
      else this.trimFirst(size);
      this.next.push({ data: first.data.subarray(0, size), readAtMs: first.readAtMs });
    }
    this.creditMs = Math.max(0, now - this.freeAtMs);
  }
}
