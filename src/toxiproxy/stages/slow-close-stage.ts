import type { Cancel } from '../clock.js';
import type { ToxicAttributes } from '../toxic.js';
import type { Chunk, Outlet, Released, Stage, StageHost } from './stage.js';

/** Lets data through and holds back the end of the stream for `delay` ms. */
export class SlowCloseStage implements Stage {
  readonly held = 0;
  readonly capacity = Number.POSITIVE_INFINITY;
  readonly leavesHole = false;
  private cancelAlarm: Cancel | undefined;

  constructor(
    private readonly attributes: ToxicAttributes,
    private readonly host: StageHost,
    public next: Outlet,
  ) {}

  push(chunk: Chunk): void {
    this.next.push(chunk);
  }

  finish(): void {
    const { memory } = this.host;
    memory.endedAtMs ??= this.host.now();
    this.cancelAlarm = this.host.at(memory.endedAtMs + (this.attributes.delay ?? 0), () => {
      this.cancelAlarm = undefined;
      this.next.finish();
    });
  }

  release(): Released {
    this.cancelAlarm?.();
    return { chunks: [], finished: this.cancelAlarm !== undefined };
  }
}
