import type { Cancel } from '../clock.js';
import type { ToxicAttributes } from '../toxic.js';
import type { Outlet, Released, Stage, StageHost } from './stage.js';

/** Swallows all data; closes the connection `timeout` ms after the last chunk (or after it took hold). 0: never closes. */
export class TimeoutStage implements Stage {
  readonly held = 0;
  readonly capacity = Number.POSITIVE_INFINITY;
  readonly leavesHole = true;
  private readonly timeoutMs: number;
  private quietSinceMs: number;
  private cancelAlarm: Cancel | undefined;

  constructor(
    attributes: ToxicAttributes,
    private readonly host: StageHost,
    public next: Outlet,
  ) {
    this.timeoutMs = attributes.timeout ?? 0;
    this.quietSinceMs = host.now();
    if (this.timeoutMs > 0) this.arm();
  }

  push(): void {
    this.quietSinceMs = this.host.now();
  }

  finish(): void {
    this.release();
    this.next.finish();
  }

  release(): Released {
    this.cancelAlarm?.();
    this.cancelAlarm = undefined;
    return { chunks: [], finished: false };
  }

  /** One alarm however many chunks come: when it rings it looks for how long it has been quiet. */
  private arm(): void {
    this.cancelAlarm = this.host.at(this.quietSinceMs + this.timeoutMs, () => {
      this.cancelAlarm = undefined;
      if (this.host.now() < this.quietSinceMs + this.timeoutMs) this.arm();
      else this.host.close();
    });
  }
}
