import type { Dice } from '../dice.js';
import type { ToxicAttributes } from '../toxic.js';
import { HoldingStage } from './holding-stage.js';
import type { Chunk, Outlet, StageHost } from './stage.js';

/** Slices sent in one go; then every other connection and the API get their turn. */
const SLICES_A_TURN = 128;

/** Node's timers count whole milliseconds: a shorter delay takes 1 ms. */
const SHORTEST_DELAY_MS = 1;

/**
 * Where to cut `length` bytes: a piece larger than average + variation is cut in two near its middle, and the halves again.
 * @returns the ends of the pieces in rising order, the last one being `length`.
 */
export const sliceEnds = (length: number, average: number, variation: number, dice: Dice): number[] => {
  const ends: number[] = [];
  const open: [number, number][] = [[0, length]];
  for (let piece = open.pop(); piece !== undefined; piece = open.pop()) {
    const [start, end] = piece;
    if (end - start <= average + variation) {
      ends.push(end);
      continue;
    }
    const shift = Math.floor(dice() * (2 * variation + 1)) - variation;
    const middle = start + Math.floor((end - start) / 2) + shift;
    open.push([middle, end], [start, middle]);
  }
  return ends;
};

/** Cuts chunks into pieces of average_size +/- size_variation bytes, with `delay` us between two pieces. */
export class SlicerStage extends HoldingStage {
  private readonly average: number;
  private readonly variation: number;
  private readonly delayMs: number;
  /** Cuts left in the first chunk, counted from its original start, the nearest last. */
  private ends: number[] = [];
  private sentOfFirst = 0;
  private nextAtMs = Number.NEGATIVE_INFINITY;

  constructor(attributes: ToxicAttributes, host: StageHost, next: Outlet) {
    super(host, next);
    this.average = attributes.average_size ?? 1;
    this.variation = attributes.size_variation ?? 0;
    const delayUs = attributes.delay ?? 0;
    this.delayMs = delayUs === 0 ? 0 : Math.max(SHORTEST_DELAY_MS, delayUs / 1000);
  }

  override push(chunk: Chunk): void {
    if (this.queue.length === 0) this.nextAtMs = Math.max(this.nextAtMs, this.host.now());
    super.push(chunk);
  }

  protected pump(): void {
    if (this.delayMs === 0) {
      for (let i = 0; i < SLICES_A_TURN && this.queue.length > 0; i++) this.sendPiece();
      if (this.queue.length > 0) this.alarmSoon();
      return;
    }
    const now = this.host.now();
    if (this.queue.length > 0 && this.nextAtMs <= now) {
      // A piece that went out late does not push back the ones after it, within one delay.
      this.nextAtMs = Math.max(this.nextAtMs, now - this.delayMs) + this.delayMs;
      this.sendPiece();
    }
    // One piece a turn, else two of them would reach the reader as one.
    if (this.queue.length > 0) this.alarmAt(Math.max(this.nextAtMs, now + SHORTEST_DELAY_MS));
  }

  private sendPiece(): void {
    const first = this.queue[0];
    if (first === undefined) return;
    if (this.ends.length === 0) {
      this.ends = sliceEnds(first.data.length, this.average, this.variation, this.host.dice).reverse();
      this.sentOfFirst = 0;
    }
    const end = this.ends.pop() as number;
    const size = end - this.sentOfFirst;
    this.sentOfFirst = end;
    if (this.ends.length === 0) this.shift();
    else this.trimFirst(size);
    this.next.push({ data: first.data.subarray(0, size), readAtMs: first.readAtMs });
  }
}
