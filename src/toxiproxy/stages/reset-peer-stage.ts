import type { ToxicAttributes } from '../toxic.js';
import { HoldingStage } from './holding-stage.js';
import type { Outlet, StageHost } from './stage.js';

/**
 * Resets the connection (RST on both sides) `timeout` ms after its first chunk or its end; one that stood before the toxic,
 * `timeout` ms after the toxic took hold, idle or not. Data is kept until then: a toxic removed in time has done no harm.
 */
export class ResetPeerStage extends HoldingStage {
  private readonly timeoutMs: number;

  constructor(attributes: ToxicAttributes, host: StageHost, next: Outlet) {
    super(host, next);
    this.timeoutMs = attributes.timeout ?? 0;
    if (host.standing || host.memory.armedAtMs !== undefined) this.arm();
  }

  override finish(): void {
    super.finish();
    if (!this.armed) this.arm();
  }

  /** Called for the first chunk and when the alarm rings. */
  protected pump(): void {
    const { armedAtMs } = this.host.memory;
    if (armedAtMs !== undefined && this.host.now() >= armedAtMs + this.timeoutMs) this.host.reset();
    else this.arm();
  }

  /** The end waits for the reset: a FIN before it would be a clean close. */
  protected override mayEnd(): boolean {
    return false;
  }

  private arm(): void {
    const { memory } = this.host;
    memory.armedAtMs ??= this.host.now();
    this.alarmAt(memory.armedAtMs + this.timeoutMs);
  }
}
