import type { ToxicAttributes } from '../toxic.js';
import { PassThroughStage } from './pass-through-stage.js';
import type { Chunk, Outlet, StageHost } from './stage.js';

/** Lets `bytes` through, then closes the connection (FIN). The count outlives an update. */
export class LimitDataStage extends PassThroughStage {
  private closed = false;

  constructor(
    private readonly attributes: ToxicAttributes,
    private readonly host: StageHost,
    next: Outlet,
  ) {
    super(next);
  }

  override push(chunk: Chunk): void {
    if (this.closed) return;
    const { memory } = this.host;
    const passed = memory.passedBytes ?? 0;
    const left = Math.max(0, (this.attributes.bytes ?? 0) - passed);
    const size = Math.min(left, chunk.data.length);
    memory.passedBytes = passed + size;
    if (size > 0) this.next.push({ data: chunk.data.subarray(0, size), readAtMs: chunk.readAtMs });
    if (size < left) return;
    this.closed = true;
    this.host.close();
  }

  override finish(): void {
    if (!this.closed) super.finish();
  }
}
