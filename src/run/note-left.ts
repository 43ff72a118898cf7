import { appendFileSync } from 'node:fs';
import type { NoteEntry } from '../journal/journal-entry.js';
import { readJournal } from '../journal/journal-reader.js';
import { type EntryRedactor, redactEntry } from '../journal/redact-entry.js';

/**
 * Adds to a journal that was closed already that faults stayed: what comes last of all is the end of the proxies, which outlive the load and
 * the server. The verdict and every report then say so, now and later.
 * @param left what stayed, in words; nothing is written for none
 * @param t when, seconds since t = 0 of the journal
 */
export function noteLeft(journal: string, left: readonly string[], redactor: EntryRedactor, t: number): void {
  if (left.length === 0) return;
  try {
    if (readJournal(journal).next().value?.type !== 'start') return;
    const text = `could not be cleaned up: ${left.join('; ')}; restart that Toxiproxy, or run \`plimsoll faults clean\` with this run's folder`;
    const entry: NoteEntry = { type: 'note', t, level: 'error', code: 'fault-left', text };
    appendFileSync(journal, `${JSON.stringify(redactEntry(entry, redactor))}\n`);
  } catch {
    // No journal, or a disk that is full: such a run ends by an error of its own, and the same words are on stderr already.
  }
}
