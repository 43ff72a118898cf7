import type { Cancel, Clock } from './clock.js';
import type { Dice } from './dice.js';
import { makeStage } from './stages/make-stage.js';
import { PassThroughStage } from './stages/pass-through-stage.js';
import type { Chunk, Outlet, Stage, StageHost, StageMemory } from './stages/stage.js';
import type { Toxic } from './toxic.js';

/** What a chain asks of the connection it belongs to. */
export interface ChainHost {
  readonly clock: Clock;
  /** Fresh dice for a toxic (and its generation) on this connection. */
  diceFor(toxic: Toxic): Dice;
  /** RST on both sockets. */
  reset(): void;
  /** No more input is wanted; the end that follows at the outlet closes the whole connection. */
  closing(): void;
  /** Stages let something go by their own alarm: time to look whether the source may be read again. */
  flowed(): void;
}

interface Slot {
  readonly toxic: Toxic;
  readonly stage: Stage;
  readonly affected: boolean;
  readonly memory: StageMemory;
}

/**
 * The toxics of one direction of one connection, in order of adding. Nothing held is lost when one is added, changed or taken out:
 * its chunks move on (or into the renewed stage) in order, with the time at which they were read.
 */
export class Chain implements Outlet {
  private slots: Slot[] = [];
  private ended = false;

  constructor(
    private readonly host: ChainHost,
    private readonly outlet: Outlet,
  ) {}

  get isEmpty(): boolean {
    return this.slots.length === 0;
  }

  /** A stage holds as much as it should; the source must wait. */
  get isFull(): boolean {
    return this.slots.some(({ stage }) => stage.held >= stage.capacity);
  }

  /** Whether the toxic affects this connection; undefined when it is not in the chain. */
  affects(name: string): boolean | undefined {
    return this.slots.find(({ toxic }) => toxic.name === name)?.affected;
  }

  push(chunk: Chunk): void {
    (this.slots[0]?.stage ?? this.outlet).push(chunk);
  }

  finish(): void {
    (this.slots[0]?.stage ?? this.outlet).finish();
  }

  /** @param standing the connection was open before the toxic. */
  add(toxic: Toxic, standing: boolean): void {
    if (this.ended) return;
    const slot = this.makeSlot(toxic, standing, {}, this.outlet);
    const last = this.slots.at(-1);
    if (last !== undefined) last.stage.next = slot.stage;
    this.slots.push(slot);
  }

  /** Puts the renewed toxic in the place of the one with its name, and rolls its die again. */
  update(toxic: Toxic): void {
    const index = this.indexOf(toxic.name);
    const old = this.slots[index];
    if (old === undefined) return;
    const renewed = this.makeSlot(toxic, true, old.memory, old.stage.next);
    if (old.stage.leavesHole && !renewed.stage.leavesHole) {
      this.closeFrom(old);
      return;
    }
    this.slots[index] = renewed;
    this.replace(old.stage, renewed.stage, this.slots[index - 1]?.stage);
  }

  remove(name: string): void {
    const index = this.indexOf(name);
    const old = this.slots[index];
    if (old === undefined) return;
    if (old.stage.leavesHole) {
      this.closeFrom(old);
      return;
    }
    this.slots.splice(index, 1);
    this.replace(old.stage, old.stage.next, this.slots[index - 1]?.stage);
  }

  /** The connection is gone: stops every alarm and drops what is held. */
  dispose(): void {
    this.ended = true;
    for (const { stage } of this.slots.splice(0)) stage.release();
  }

  private indexOf(name: string): number {
    return this.slots.findIndex(({ toxic }) => toxic.name === name);
  }

  private replace(old: Stage, heir: Outlet, before: Stage | undefined): void {
    const { chunks, finished } = old.release();
    if (before !== undefined) before.next = heir;
    for (const chunk of chunks) heir.push(chunk);
    if (finished) heir.finish();
  }

  private closeFrom(slot: Slot): void {
    const index = this.slots.indexOf(slot);
    if (index < 0) return;
    for (const { stage } of this.slots.splice(0, index + 1)) stage.release();
    this.host.closing();
    slot.stage.next.finish();
  }

  private makeSlot(toxic: Toxic, standing: boolean, memory: StageMemory, next: Outlet): Slot {
    const { clock } = this.host;
    const dice = this.host.diceFor(toxic);
    const affected = dice() < toxic.toxicity;
    const ringing = (ring: () => void) => (): void => {
      ring();
      this.host.flowed();
    };
    const stageHost: StageHost = {
      now: () => clock.now(),
      at: (dueMs, ring): Cancel => clock.at(dueMs, ringing(ring)),
      soon: (ring): Cancel => clock.soon(ringing(ring)),
      close: () => this.closeFrom(slot),
      reset: () => this.host.reset(),
      dice,
      standing,
      memory,
    };
    const stage = affected ? makeStage(toxic, stageHost, next) : new PassThroughStage(next);
    const slot: Slot = { toxic, stage, affected, memory };
    return slot;
  }
}
