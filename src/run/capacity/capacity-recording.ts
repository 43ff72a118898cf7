import type { EndEntry, JournalEntry } from '../../journal/journal-entry.js';
import { noteText } from '../../mcp/call/note-words.js';
import type { JournalSink } from '../record-drive.js';
import { sessionEntries } from '../session-entries.js';
import { type CapacitySetting, startEntry } from './capacity-start.js';
import { countDrives } from './counted-drives.js';
import { searchAll } from './search-all.js';

type Ending = Pick<EndEntry, 'reason' | 'text'>;

/**
 * The searches from the first entry of the journal to its last. What ends them early is written down: the user, the server under test, the
 * disk, the fault engine; the first reason stands.
 * @returns why the journal could not be written, if so.
 * @throws PlimsollError when a fault cannot be put in force, and what a drive throws.
 */
export async function recordCapacity(setting: CapacitySetting, journal: JournalSink, runId: string): Promise<Error | undefined> {
  const { request, parts, watcher, environment } = setting;
  const { stop } = request;
  const ended = new AbortController();
  const originMs = parts.nowMs();
  const startedAtMs = Date.now();
  const first: { ending?: Ending } = {};
  /** @returns whether this was the first reason for an end. */
  const end = (reason: Ending): boolean => {
    if (first.ending !== undefined) return false;
    first.ending = reason;
    ended.abort();
    return true;
  };
  const atS = (): number => (parts.nowMs() - originMs) / 1000;
  const write = (entry: JournalEntry): void => {
    journal.write(entry);
    if (entry.type === 'note' && entry.level !== 'info') watcher.onNote(entry.level, entry.text);
    if (entry.type === 'note' && entry.code === 'fault-engine-lost') end({ reason: 'failed', text: entry.text });
  };
  const onStop = (): void => {
    const terminated = stop.reason === 'terminated';
    const reason = terminated ? 'terminated' : 'interrupted';
    const text = terminated ? 'stopped by SIGTERM' : 'stopped by the user';
    if (end({ reason, text })) write({ type: 'note', t: atS(), level: 'warning', code: reason, text });
  };
  let live = true;
  stop.addEventListener('abort', onStop, { once: true });
  void environment.serverExited.then((sentence) => {
    if (!live || !end({ reason: 'server-exited', text: sentence })) return;
    write({ type: 'note', t: atS(), level: 'error', code: 'server-exited', text: sentence });
  });
  void journal.failed.then((error) => {
    if (live) end({ reason: 'disk-full', text: error.message });
  });
  write(startEntry(setting, runId, startedAtMs));
  for (const { level, code, text } of environment.notes) write({ type: 'note', t: 0, level, code, text });
  if (stop.aborted) onStop();
  try {
    await searchAll({
      ...setting,
      write,
      drives: countDrives(environment, write, atS),
      originMs,
      startedAtMs,
      ended: ended.signal,
      why: () => first.ending?.text,
    });
  } catch (error) {
    end({ reason: 'failed', text: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    live = false;
    stop.removeEventListener('abort', onStop);
    const counters = await environment.endSessions?.().catch(() => undefined);
    for (const [name, count] of Object.entries(counters?.warnings ?? {}))
      write({ type: 'note', t: atS(), level: 'warning', code: name, text: noteText(name, count) });
    for (const entry of sessionEntries(counters?.sessions, atS())) write(entry);
    write({ type: 'end', t: atS(), ...(first.ending ?? { reason: 'completed' }) });
  }
  try {
    await journal.close();
  } catch (error) {
    return error as Error;
  }
  return undefined;
}
