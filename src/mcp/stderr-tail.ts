import type { Readable } from 'node:stream';

const KEPT_LINES = 8;
const MAX_LINE = 400;
/** What is looked at of a piece: a process that floods its standard error must cost next to nothing. */
const LOOKED_AT = KEPT_LINES * MAX_LINE;

/** Reads a standard error always, so that nobody stalls on a full pipe, and keeps its last lines. */
export class StderrTail {
  #lines: string[] = [];
  #rest = '';
  /** Bytes read so far. */
  bytes = 0;

  follow(stream: Readable): void {
    stream.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length;
      const lines = (this.#rest + chunk.toString('utf8', Math.max(0, chunk.length - LOOKED_AT))).split('\n');
      this.#rest = (lines.pop() ?? '').slice(-MAX_LINE);
      for (const line of lines.slice(-KEPT_LINES)) if (line.trim() !== '') this.#lines.push(line.trim().slice(0, MAX_LINE));
      this.#lines = this.#lines.slice(-KEPT_LINES);
    });
    stream.on('error', () => {});
  }

  /** The last lines, oldest first. */
  lines(count = 3): readonly string[] {
    const rest = this.#rest.trim();
    return (rest === '' ? this.#lines : [...this.#lines, rest]).slice(-count);
  }
}
