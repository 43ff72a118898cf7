import type { ToxicAttributes } from '../toxic.js';
import type { Chunk, Outlet, Released, Stage, StageHost } from './stage.js';

/** Lets `bytes` through, then closes the connection (FIN). The count outlives an update. */
export class LimitDataStage implements Stage {
  readonly held = 0;
  readonly capacity = Number.POSITIVE_INFINITY;
  readonly leavesHole = false;
  private closed = false;

  constructor(
    private readonly attributes: ToxicAttributes,
    private readonly host: StageHost,
    public next: Outlet,
  ) {}

  push(chunk: Chunk): void {
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

  finish(): void {
    if (!this.closed) this.next.finish();
  }

  release(): Released {
    return { chunks: [], finished: false };
  }
}
