import type { Readable } from 'node:stream';
import { lastWords } from '../../errors/last-words.js';

// Runtimes print the whole of an error object after its message.
const KEPT_LINES = 100;
const MAX_LINE = 400;
/** What is looked at of a piece: a process that floods its standard error must cost next to nothing. */
const LOOKED_AT = 8000;

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
      for (const line of lines.slice(-KEPT_LINES)) if (line.trim() !== '') this.#lines.push(line.trimEnd().slice(0, MAX_LINE));
      this.#lines = this.#lines.slice(-KEPT_LINES);
    });
    stream.on('error', () => {});
  }

  /** The lines that most likely say why it ended, oldest first. */
  lines(): readonly string[] {
    const rest = this.#rest.trimEnd();
    return lastWords(rest === '' ? this.#lines : [...this.#lines, rest]).map((line) => line.trim());
  }
}
