import { closeSync, openSync, writeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { lastWords } from '../errors/last-words.js';

/** A server that prints without end must not fill the disk. */
const MAX_BYTES = 16 * 1024 * 1024;
// Runtimes print the whole of an error object after its message.
const KEPT_LINES = 400;
const MAX_LINE = 4000;
const FULL = Buffer.from('[plimsoll: the log is full, the rest is left out]\n');

/**
 * Reads what a server under test prints, always, so that it never stalls on a full pipe; writes it to a file with secrets taken out, and
 * keeps the last lines for messages.
 */
export class OutputLog {
  readonly #lines: string[] = [];
  readonly #redact: (text: string) => string;
  #descriptor: number | undefined;
  #left: number;

  /** @param maxBytes of the file; what comes after is read and left out */
  constructor(path: string | undefined, redact: (text: string) => string, maxBytes = MAX_BYTES) {
    this.#redact = redact;
    this.#left = maxBytes;
    if (path !== undefined) this.#descriptor = openSync(path, 'a');
  }

  /** Follows a stream to its end. */
  follow(stream: Readable): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = (lines.pop() as string).slice(-MAX_LINE);
      this.#add(lines);
    });
    stream.on('end', () => {
      if (rest !== '') this.#add([rest]);
    });
    stream.on('error', () => {});
  }

  /** Takes whole lines that were read elsewhere. */
  add(lines: readonly string[]): void {
    this.#add(lines);
  }

  /** The last lines printed, oldest first. */
  lastLines(count = 8): readonly string[] {
    return this.#lines.slice(-count).map(this.#redact);
  }

  /** The lines that most likely say why it ended. */
  lastWords(): readonly string[] {
    return lastWords(this.lastLines(KEPT_LINES));
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #add(raw: readonly string[]): void {
    if (raw.length === 0) return;
    const lines = raw.map((line) => line.slice(0, MAX_LINE));
    this.#lines.push(...lines.slice(-KEPT_LINES));
    this.#lines.splice(0, this.#lines.length - KEPT_LINES);
    if (this.#descriptor === undefined || this.#left <= 0) return;
    // One write for all that came together: a server may print a line for each call.
    const text = Buffer.from(`${lines.map(this.#redact).join('\n')}\n`);
    const full = text.length > this.#left;
    this.#left -= text.length;
    try {
      writeSync(this.#descriptor, full ? FULL : text);
    } catch {
      // A full disk shows in the journal, which stops the load; the server's words are the smaller loss.
      this.#left = 0;
    }
  }
}
