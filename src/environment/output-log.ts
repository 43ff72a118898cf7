import { closeSync, openSync, writeSync } from 'node:fs';
import type { Readable } from 'node:stream';

/** A server that prints without end must not fill the disk. */
const MAX_BYTES = 16 * 1024 * 1024;
const KEPT_LINES = 30;
const MAX_LINE = 4000;

/**
 * Reads what a server under test prints, always, so that it never stalls on a full pipe; writes it to a file with secrets taken out, and
 * keeps the last lines for messages.
 */
export class OutputLog {
  readonly #lines: string[] = [];
  readonly #redact: (text: string) => string;
  #descriptor: number | undefined;
  #written = 0;

  constructor(path: string | undefined, redact: (text: string) => string) {
    this.#redact = redact;
    if (path !== undefined) this.#descriptor = openSync(path, 'a');
  }

  /** Follows a stream to its end. */
  follow(stream: Readable): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = (lines.pop() as string).slice(-MAX_LINE);
      for (const line of lines) this.#add(line);
    });
    stream.on('end', () => {
      if (rest !== '') this.#add(rest);
    });
    stream.on('error', () => {});
  }

  /** The last lines printed, oldest first. */
  lastLines(count = 8): readonly string[] {
    return this.#lines.slice(-count);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #add(raw: string): void {
    const line = this.#redact(raw.slice(0, MAX_LINE));
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
    if (this.#descriptor === undefined || this.#written > MAX_BYTES) return;
    const text = this.#written + line.length > MAX_BYTES ? '[plimsoll: the log is full, the rest is left out]\n' : `${line}\n`;
    this.#written += text.length;
    try {
      writeSync(this.#descriptor, text);
    } catch {
      // A full disk shows in the journal, which stops the load; the server's words are the smaller loss.
      this.#written = MAX_BYTES + 1;
    }
  }
}
