import type { Environment } from '../environment/environment.js';
import type { CarriedEvents, ScenarioEvents } from '../environment/scenario-events.js';
import { machineTrouble } from '../errors/machine-trouble.js';
import type { EndEntry, JournalEntry } from '../journal/journal-entry.js';
import type { StartEntry } from '../journal/start-entry.js';
import type { DriveEntry } from '../load/load-engine.js';
import { noteCode, noteText } from '../mcp/call/note-words.js';
import type { Segment } from '../scenario/plan/segment.js';
import type { Scenario } from '../scenario/scenario.js';
import { AbortRule } from './abort-rule.js';
import { sessionEntries } from './session-entries.js';

/** What a drive is written to; it takes secrets out of all that it writes. Never throws: what could not be written is told once by `failed`. */
export interface JournalSink {
  write(entry: JournalEntry): void;
  /** Resolves with the error when the journal can no longer be written; never rejects. */
  readonly failed: Promise<Error>;
  /** Flushes and closes. @throws what `failed` resolved with. */
  close(): Promise<void>;
}

/** Why a drive ended, as the last line of the journal has it. */
export interface DriveOutcome {
  readonly reason: EndEntry['reason'];
  readonly text?: string;
  /** Set when the journal could not be written to the end. */
  readonly journalError?: Error;
}

export interface DriveRecording {
  readonly environment: Environment;
  readonly scenario: Scenario;
  readonly timeline: readonly Segment[];
  /** First line of the journal, once the time of t = 0 is known. */
  readonly startEntry: (startedAtMs: number) => StartEntry;
  readonly journal: JournalSink;
  /** Aborted with the reason `interrupted` or `terminated` when the user asks for an end. */
  readonly stop: AbortSignal;
  /** Where the scenario has events. */
  readonly events?: ScenarioEvents | undefined;
  readonly onStart?: (startedAtMs: number) => void;
  readonly onEntry?: (entry: JournalEntry) => void;
  readonly nowMs: () => number;
}

/**
 * Drives the load once and writes every entry to the journal. Ends early, with the calls in flight drained, when the user asks for it,
 * when the abort rule of the scenario holds, and when the server under test exits; at once when the journal cannot be written any more:
 * load that leaves no trace is of no use to anyone.
 */
export async function recordDrive(recording: DriveRecording): Promise<DriveOutcome> {
  const { environment, scenario, journal, stop } = recording;
  const abortRule = scenario.abort === undefined ? undefined : new AbortRule(scenario.abort);
  let outcome: DriveOutcome | undefined;
  let events: CarriedEvents | undefined;
  const held: JournalEntry[] = [];
  let accept = (entry: DriveEntry | JournalEntry): void => void held.push(entry);

  const drive = environment.drive(scenario, recording.timeline, (entry) => accept(entry));
  const atS = (): number => Math.max(0, (recording.nowMs() - drive.startedAtMs) / 1000);
  const write = (entry: JournalEntry): void => {
    journal.write(entry);
    recording.onEntry?.(entry);
  };
  const end = (ending: DriveOutcome, how: 'drain' | 'at once'): void => {
    if (outcome !== undefined) return;
    outcome = ending;
    const level = ending.reason === 'interrupted' || ending.reason === 'terminated' ? 'warning' : 'error';
    write({ type: 'note', t: atS(), level, code: ending.reason, text: ending.text ?? ending.reason });
    void events?.stop();
    drive.stop(how, ending.reason === 'aborted' ? 'aborted' : 'stopped');
  };

  write(recording.startEntry(drive.startedAtMs));
  recording.onStart?.(drive.startedAtMs);
  for (const { level, code, text } of environment.notes) write({ type: 'note', t: 0, level, code, text });
  accept = (entry) => {
    write(entry);
    if (entry.type !== 'second') return;
    const why = abortRule?.add(entry);
    if (why !== undefined) end({ reason: 'aborted', text: why }, 'drain');
  };
  for (const entry of held.splice(0)) accept(entry);

  events = recording.events?.carry(drive.startedAtMs, write);

  const onStop = (): void => {
    const reason = stop.reason === 'terminated' ? 'terminated' : 'interrupted';
    end({ reason, text: reason === 'terminated' ? 'stopped by SIGTERM' : 'stopped by the user' }, 'drain');
  };
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  let live = true;
  void environment.serverExited.then((sentence) => {
    if (live) end({ reason: 'server-exited', text: sentence }, 'drain');
  });
  void journal.failed.then((error) => {
    if (live) end(journalTrouble(error), 'at once');
  });

  try {
    const { endedS, counters } = await drive.ended;
    await events?.stop();
    for (const [name, count] of Object.entries(counters.warnings)) {
      write({ type: 'note', t: endedS, level: 'warning', code: noteCode(name), text: noteText(name, count) });
    }
    // What becomes of the server or the user from here on is no part of the run.
    live = false;
    const sessions = (await environment.endSessions?.())?.sessions;
    for (const entry of sessionEntries(sessions, endedS)) write(entry);
    const { reason, text } = outcome ?? { reason: 'completed' as const };
    write({ type: 'end', t: endedS, reason, ...(text === undefined ? {} : { text }) });
  } finally {
    live = false;
    await events?.stop();
    stop.removeEventListener('abort', onStop);
  }
  try {
    await journal.close();
  } catch (error) {
    outcome = journalTrouble(error as Error);
  }
  return outcome ?? { reason: 'completed' };
}

function journalTrouble(error: Error): DriveOutcome {
  const machine = machineTrouble(error.cause) ?? machineTrouble(error);
  const text = machine === undefined ? error.message : `the journal cannot be written: ${machine}`;
  return { reason: 'disk-full', text, journalError: error };
}
