import type { JournalEntry } from '../journal/journal-entry.js';
import type { SessionCounts } from '../journal/session-counts.js';

/** The sessions of a run in its journal, and what is to be said of how they ended. */
export function sessionEntries(counts: SessionCounts | undefined, t: number): readonly JournalEntry[] {
  if (counts === undefined || counts.opened === 0) return [];
  const text = endText(counts);
  return [
    ...(text === undefined ? [] : [{ type: 'note', t, level: 'info', code: 'sessions-not-ended', text } satisfies JournalEntry]),
    { type: 'sessions', t, ...counts },
  ];
}

/** Only where the server did not end what it was asked to end; 404 says that it had ended before. */
function endText({ endedByStatus }: SessionCounts): string | undefined {
  const refused = Object.entries(endedByStatus).filter(
    ([status]) => !(Number(status) < 300 || status === '404' || status === '410'),
  );
  if (refused.length === 0) return undefined;
  const asked = Object.values(endedByStatus).reduce((sum, count) => sum + count, 0);
  const count = refused.reduce((sum, [, times]) => sum + times, 0);
  const how = refused.map(([status, times]) => `${times} ${status === 'none' ? 'not at all' : `with HTTP ${status}`}`).join(', ');
  const what = refused.every(([status]) => status === '405')
    ? 'the server does not end sessions'
    : 'sessions were not ended by the server';
  return `${what}: ${count} of ${asked} DELETE ${asked === 1 ? 'request was' : 'requests were'} answered otherwise (${how}); it keeps each until its own time limit`;
}
