import type { Cancel } from '../clock.js';
import type { Dice } from '../dice.js';

/** A piece of the stream. `readAtMs` is when it was read; a latency stage moves it on by the delay it gave, so that two of them add up. */
export interface Chunk {
  readonly data: Buffer;
  readonly readAtMs: number;
}

export interface Outlet {
  push(chunk: Chunk): void;
  /** No chunk follows. Called once, after the last one. */
  finish(): void;
}

/** What a stage knew that must outlive an update of its toxic. */
export interface StageMemory {
  passedBytes?: number;
  armedAtMs?: number;
  endedAtMs?: number;
}

/** What the link lends to a stage. */
export interface StageHost {
  now(): number;
  at(dueMs: number, ring: () => void): Cancel;
  soon(ring: () => void): Cancel;
  /** Ends the stream here: what has left this stage is still delivered, what comes after is dropped, then the whole connection closes (FIN). */
  close(): void;
  /** RST on both sockets, at once. */
  reset(): void;
  readonly dice: Dice;
  /** The connection was open before this toxic (or this generation of it) took hold. */
  readonly standing: boolean;
  readonly memory: StageMemory;
}

/** What was still inside: chunks in order, and whether the end had come in but not gone out. */
export interface Released {
  readonly chunks: readonly Chunk[];
  readonly finished: boolean;
}

/** Takes part of what one toxic does to one direction of one connection. */
export interface Stage extends Outlet {
  next: Outlet;
  /** Cost of what it holds, see `costOf`. At or above `capacity` the source is paused. */
  readonly held: number;
  readonly capacity: number;
  /** Stops every timer and hands over everything held. The stage is not used again. */
  release(): Released;
  /** Data was thrown away: without it the stream has a hole, so the connection must be closed when the stage goes. */
  readonly leavesHole: boolean;
}

/** About what a chunk object takes beside its bytes; without it a flood of tiny chunks would pass as nearly nothing. */
const CHUNK_OVERHEAD_BYTES = 256;

export const costOf = (chunk: Chunk): number => chunk.data.length + CHUNK_OVERHEAD_BYTES;
