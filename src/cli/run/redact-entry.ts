import type { JournalEntry } from '../../measure/journal-entry.js';

/** The entry with secrets taken out of the texts that came from a server or a socket. Figures and names of ours stay as they are. */
export function redactEntry(entry: JournalEntry, redact: (text: string) => string): JournalEntry {
  switch (entry.type) {
    case 'note':
      return { ...entry, text: redact(entry.text) };
    case 'sample':
      return entry.text === undefined ? entry : { ...entry, text: redact(entry.text) };
    case 'health':
      return entry.detail === undefined ? entry : { ...entry, detail: redact(entry.detail) };
    case 'fault':
    case 'end':
      return entry.text === undefined ? entry : { ...entry, text: redact(entry.text) };
    default:
      return entry;
  }
}
