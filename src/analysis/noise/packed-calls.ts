import type { SlowCall } from '../../journal/slow-call.js';
import { OUTCOME_CLASSES, type OutcomeClass } from '../../scenario/outcome.js';

const CHUNK = 8192;
/** More than an hour: what 32 bits hold. */
const LONGEST_US = 2 ** 32 - 1;
/** Code of a success; the others are indexes of OUTCOME_CLASSES plus one. */
const SUCCESS = 0;
const CODES: ReadonlyMap<string, number> = new Map(OUTCOME_CLASSES.map((name, index) => [name, index + 1]));

interface Chunk {
  readonly cells: Uint32Array;
  readonly dueMs: Float64Array;
  readonly responseUs: Uint32Array;
  readonly latenessUs: Uint32Array;
  readonly outcomes: Uint8Array;
}

/** Slow calls by the million: 21 bytes each, in pieces, so that nothing is copied while they grow. */
export class PackedCalls {
  readonly #chunks: Chunk[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** @throws TypeError for an entry that no load thread writes. */
  add([cell, dueMs, responseUs, latenessUs, outcome]: SlowCall): void {
    const code = outcome === undefined || outcome === 'ok' ? SUCCESS : CODES.get(outcome);
    const sound = cell >>> 0 === cell && Number.isFinite(dueMs) && isTime(responseUs) && isTime(latenessUs) && code !== undefined;
    if (!sound)
      throw new TypeError(
        `not [cell, dueMs, responseUs, latenessUs, outcome?] of a slow call: ${JSON.stringify([cell, dueMs, responseUs, latenessUs, outcome])}`,
      );
    const at = this.#length % CHUNK;
    if (at === 0) this.#chunks.push(emptyChunk());
    const chunk = this.#chunks.at(-1) as Chunk;
    chunk.cells[at] = cell;
    chunk.dueMs[at] = dueMs;
    chunk.responseUs[at] = Math.min(responseUs, LONGEST_US);
    chunk.latenessUs[at] = Math.min(latenessUs, LONGEST_US);
    chunk.outcomes[at] = code;
    this.#length++;
  }

  cell(index: number): number {
    return this.#chunk(index).cells[index % CHUNK] as number;
  }
  dueMs(index: number): number {
    return this.#chunk(index).dueMs[index % CHUNK] as number;
  }
  responseUs(index: number): number {
    return this.#chunk(index).responseUs[index % CHUNK] as number;
  }
  latenessUs(index: number): number {
    return this.#chunk(index).latenessUs[index % CHUNK] as number;
  }
  /** Undefined for a success. */
  outcome(index: number): OutcomeClass | undefined {
    const code = this.#chunk(index).outcomes[index % CHUNK] as number;
    return code === SUCCESS ? undefined : OUTCOME_CLASSES[code - 1];
  }

  #chunk(index: number): Chunk {
    return this.#chunks[Math.floor(index / CHUNK)] as Chunk;
  }
}

const isTime = (us: number): boolean => Number.isFinite(us) && us >= 0;

const emptyChunk = (): Chunk => ({
  cells: new Uint32Array(CHUNK),
  dueMs: new Float64Array(CHUNK),
  responseUs: new Uint32Array(CHUNK),
  latenessUs: new Uint32Array(CHUNK),
  outcomes: new Uint8Array(CHUNK),
});
