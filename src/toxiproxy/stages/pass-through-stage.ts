import type { Chunk, Outlet, Released, Stage } from './stage.js';

/** Changes nothing: `noop`, and every toxic on a connection that its toxicity spared. */
export class PassThroughStage implements Stage {
  readonly held = 0;
  readonly capacity = Number.POSITIVE_INFINITY;
  readonly leavesHole = false;

  constructor(public next: Outlet) {}

  push(chunk: Chunk): void {
    this.next.push(chunk);
  }

  finish(): void {
    this.next.finish();
  }

  release(): Released {
    return { chunks: [], finished: false };
  }
}
