import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { JournalEntry } from './journal-entry.js';

const CHUNK_BYTES = 4 * 1024 * 1024;

function* linesOf(path: string): Generator<string> {
  const descriptor = openSync(path, 'r');
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  const decoder = new StringDecoder('utf8');
  let rest = '';
  try {
    for (;;) {
      const size = readSync(descriptor, buffer, 0, buffer.length, null);
      if (size === 0) break;
      const parts = (rest + decoder.write(buffer.subarray(0, size))).split('\n');
      rest = parts.pop() as string;
      yield* parts;
    }
  } finally {
    closeSync(descriptor);
  }
  // Whatever has no newline at its end was being written when the run was cut: it is yielded, and its reader may find it torn.
  if (rest !== '') yield rest;
}

/**
 * Reads a journal line by line, never the whole file at once. A torn last line is left out: a killed run ends in one.
 * @throws PlimsollError with exit code 2 when there is no file, it is no journal, or a line before the last cannot be read.
 */
export function* readJournal(path: string): Generator<JournalEntry> {
  let lines: Generator<string>;
  let lineNumber = 0;
  let torn: { readonly line: number; readonly cause: unknown } | undefined;
  try {
    lines = linesOf(path);
    for (const line of lines) {
      lineNumber++;
      if (torn !== undefined) throw corrupt(path, torn.line, torn.cause);
      if (line === '') continue;
      let entry: JournalEntry;
      try {
        entry = JSON.parse(lineNumber === 1 ? line : withNewKeys(line)) as JournalEntry;
      } catch (cause) {
        torn = { line: lineNumber, cause };
        continue;
      }
      // Every line that was cut short fails to parse above, for all begin with a brace: what parses to anything else was never an entry.
      if (typeof entry !== 'object' || entry === null || typeof entry.type !== 'string') {
        throw corrupt(path, lineNumber, new Error(`expected an object with a "type", found ${excerpt(line)}`));
      }
      if (lineNumber === 1) checkStart(path, entry);
      yield entry;
    }
  } catch (cause) {
    if (cause instanceof PlimsollError || (cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    throw new PlimsollError(`cannot read the journal ${path}: ${(cause as Error).message}`, 'usage', {
      hint: 'name a run folder, for instance reports/first-run/20260101T120000Z-abc123',
      cause,
    });
  }
  if (lineNumber === 0 || (torn !== undefined && lineNumber === 1)) {
    throw new PlimsollError(`${path}: no run was ever written to this journal`, 'usage');
  }
}

function checkStart(path: string, entry: JournalEntry): void {
  if (entry.type === 'start' && entry.schema === 'plimsoll.journal/1') return;
  const found =
    entry.type === 'start' ? `schema ${JSON.stringify(entry.schema)}` : `an entry of type ${JSON.stringify(entry.type)}`;
  throw new PlimsollError(`${path}:1: a journal begins with a start entry of schema plimsoll.journal/1, found ${found}`, 'usage');
}

function corrupt(path: string, line: number, cause: unknown): PlimsollError {
  return new PlimsollError(`${path}:${line}: not a line of a journal: ${(cause as Error).message}`, 'usage', {
    hint: 'only the last line may be torn; was the file edited or copied in part?',
    cause,
  });
}

/** The first journals had another name for the time in which a server waited for its client. A quote within a text is escaped: only a key reads so. */
const withNewKeys = (line: string): string => line.replaceAll('"waitedForUs":', '"clientDelay":');

const excerpt = (line: string): string => JSON.stringify(line.length > 40 ? `${line.slice(0, 40)}...` : line);
