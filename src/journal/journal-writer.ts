import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { JournalEntry } from './journal-entry.js';
import { type EntryRedactor, redactEntry } from './redact-entry.js';

/** Where the lines go; a file descriptor in life. */
export interface JournalFile {
  /** Writes all of the text. @throws when it cannot. */
  write(text: string): void;
  close(): void;
}

function openFile(path: string): JournalFile {
  const descriptor = openSync(path, 'ax');
  return {
    write: (text) => {
      const bytes = Buffer.from(text);
      // A full disk can show as a short write first, and as ENOSPC only at the next one.
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    },
    close: () => {
      fsyncSync(descriptor);
      closeSync(descriptor);
    },
  };
}

/**
 * The append-only journal of a run, without secrets. Lines are collected and written together: each second by the caller's `flush` or by the timer of
 * `everyMs`, so that a killed run loses at most its last second. A failed write is told once, by `failed`; nothing is written after it.
 */
export class JournalWriter {
  readonly failed: Promise<Error>;
  readonly #file: JournalFile;
  readonly #redactor: EntryRedactor;
  readonly #timer: NodeJS.Timeout;
  #lines: string[] = [];
  #error: PlimsollError | undefined;
  #fail: (error: Error) => void = () => {};
  #closed = false;

  /**
   * @param redactor takes secrets out of every entry: there is no journal without one
   * @throws PlimsollError with exit code 8 when the file cannot be made; a journal that stands is never written over.
   */
  constructor(path: string, redactor: EntryRedactor, options: { readonly everyMs?: number; readonly file?: JournalFile } = {}) {
    this.#redactor = redactor;
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
    try {
      this.#file = options.file ?? openFile(path);
    } catch (cause) {
      throw new PlimsollError(`cannot make the journal ${path}: ${(cause as Error).message}`, 'machine', { cause });
    }
    this.#timer = setInterval(() => this.flush(), options.everyMs ?? 1000);
    this.#timer.unref();
  }

  /** Adds an entry; it reaches the disk with the next flush. Never throws. */
  write(entry: JournalEntry): void {
    if (this.#error !== undefined || this.#closed) return;
    this.#lines.push(JSON.stringify(redactEntry(entry, this.#redactor)));
  }

  /** Writes what was collected. Never throws; see `failed`. */
  flush(): void {
    if (this.#lines.length === 0 || this.#error !== undefined || this.#closed) return;
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    try {
      this.#file.write(text);
    } catch (cause) {
      this.#error = new PlimsollError(`cannot write the journal: ${(cause as Error).message}`, 'machine', {
        hint: 'free space on the disk, or write elsewhere with --out',
        cause,
      });
      this.#fail(this.#error);
    }
  }

  /** Flushes and closes the file. @throws what `failed` resolved with. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.flush();
    this.#closed = true;
    clearInterval(this.#timer);
    try {
      this.#file.close();
    } catch (cause) {
      this.#error ??= new PlimsollError(`cannot close the journal: ${(cause as Error).message}`, 'machine', { cause });
    }
    if (this.#error !== undefined) throw this.#error;
  }
}
