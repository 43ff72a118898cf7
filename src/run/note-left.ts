import { appendFileSync } from 'node:fs';
import type { NoteEntry } from '../journal/journal-entry.js';
import { readJournal } from '../journal/journal-reader.js';
import { type EntryRedactor, redactEntry } from '../journal/redact-entry.js';

/**
 * Adds to a journal that was closed already that faults stayed: what comes last of all is the end of the proxies, which outlive the load and
 * the server. The verdict and every report then say so, now and later.
 * @param left what stayed, in words; nothing is written for none
 */
export function noteLeft(journal: string, left: readonly string[], redactor: EntryRedactor, nowMs = Date.now()): void {
  if (left.length === 0) return;
  try {
    const first = readJournal(journal).next().value;
    if (first?.type !== 'start') return;
    const t = Math.max(0, (nowMs - Date.parse(first.startedAt)) / 1000);
    const text = `could not be cleaned up: ${left.join('; ')}; restart that Toxiproxy, or run \`plimsoll faults clean\` with this run's folder`;
    const entry: NoteEntry = { type: 'note', t, level: 'error', code: 'fault-left', text };
    appendFileSync(journal, `${JSON.stringify(redactEntry(entry, redactor))}\n`);
  } catch {
    // No journal, or a disk that is full: such a run ends by an error of its own, and the same words are on stderr already.
  }
}
