import type { Cancel } from '../clock.js';
import type { ToxicAttributes } from '../toxic.js';
import { PassThroughStage } from './pass-through-stage.js';
import type { Outlet, Released, StageHost } from './stage.js';

/** Lets data through and holds back the end of the stream for `delay` ms. */
export class SlowCloseStage extends PassThroughStage {
  private cancelAlarm: Cancel | undefined;

  constructor(
    private readonly attributes: ToxicAttributes,
    private readonly host: StageHost,
    next: Outlet,
  ) {
    super(next);
  }

  override finish(): void {
    const { memory } = this.host;
    memory.endedAtMs ??= this.host.now();
    this.cancelAlarm = this.host.at(memory.endedAtMs + (this.attributes.delay ?? 0), () => {
      this.cancelAlarm = undefined;
      this.next.finish();
    });
  }

  override release(): Released {
    this.cancelAlarm?.();
    return { chunks: [], finished: this.cancelAlarm !== undefined };
  }
}
