import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { lastWords } from '../errors/last-words.js';
import { writeFileAtomically } from '../journal/atomic-file.js';

/** A server that prints without end must not fill the disk. */
const MAX_BYTES = 16 * 1024 * 1024;
// Runtimes print the whole of an error object after its message.
const KEPT_LINES = 400;
const MAX_LINE = 4000;
const FULL = Buffer.from('[plimsoll: the log is full, the rest is left out]\n');
/** First line of the file, once there is something to say. */
const HEAD = Buffer.from(
  '[plimsoll: what the server under test printed, as it came: control characters too, so view it with `less` or `cat -v`; secrets are ***]\n',
);

/**
 * Reads what a server under test prints, always, so that it never stalls on a full pipe; writes it to a file with secrets taken out, and
 * keeps the last lines for messages.
 */
export class OutputLog {
  readonly #lines: string[] = [];
  readonly #redact: (text: string) => string;
  readonly #path: string | undefined;
  #descriptor: number | undefined;
  #left: number;
  #begun = false;

  /** @param maxBytes of the file; what comes after is read and left out */
  constructor(path: string | undefined, redact: (text: string) => string, maxBytes = MAX_BYTES) {
    this.#redact = redact;
    this.#path = path;
    this.#left = maxBytes;
    if (path !== undefined) this.#descriptor = openSync(path, 'a');
  }

  /** Follows a stream to its end. */
  follow(stream: Readable): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      // Cut further on than a line is in the end: a secret that lies across that end is known for one.
      rest = (lines.pop() as string).slice(0, 2 * MAX_LINE);
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
    return this.#lines.slice(-count).map(this.#shown);
  }

  /** The lines that most likely say why it ended. */
  lastWords(): readonly string[] {
    return lastWords(this.lastLines(KEPT_LINES));
  }

  readonly #shown = (line: string): string => this.#redact(line).slice(0, MAX_LINE);

  /** Idempotent. */
  close(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#hideWhatCameUp();
  }

  /** A server that issues tokens may print one before we have it: what was written is gone through again, once, with all that is known by then. */
  #hideWhatCameUp(): void {
    if (this.#path === undefined || !this.#begun) return;
    try {
      const written = readFileSync(this.#path, 'utf8');
      const hidden = written.split('\n').map(this.#redact).join('\n');
      if (hidden !== written) writeFileAtomically(this.#path, hidden);
    } catch {
      // A log that cannot be cleaned does not stay: a secret in it would weigh more than the words of a server.
      rmSync(this.#path, { force: true });
    }
  }

  #add(raw: readonly string[]): void {
    if (raw.length === 0) return;
    // Secrets go before a line is cut to its length: half of one would not be known for it.
    const lines = raw.map((line) => line.slice(0, 2 * MAX_LINE));
    this.#lines.push(...lines.slice(-KEPT_LINES));
    this.#lines.splice(0, this.#lines.length - KEPT_LINES);
    if (this.#descriptor === undefined || this.#left <= 0) return;
    // One write for all that came together: a server may print a line for each call.
    const text = Buffer.from(`${lines.map(this.#shown).join('\n')}\n`);
    const full = text.length > this.#left;
    this.#left -= text.length;
    try {
      if (!this.#begun) writeSync(this.#descriptor, HEAD);
      this.#begun = true;
      writeSync(this.#descriptor, full ? FULL : text);
    } catch {
      // A full disk shows in the journal, which stops the load; the server's words are the smaller loss.
      this.#left = 0;
    }
  }
}
