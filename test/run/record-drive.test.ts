import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Environment } from '../../src/environment/environment.js';
import type { ScenarioEvents } from '../../src/environment/scenario-events.js';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import { NO_SESSIONS } from '../../src/journal/session-counts.js';
import type { DriveEnd, DriveEntry } from '../../src/load/load-engine.js';
import type { FinishedRun } from '../../src/run/finish-run.js';
import { recordDrive } from '../../src/run/record-drive.js';
import { type Ending, type JournalSink, RunSession } from '../../src/run/run-session.js';
import type { LoadedScenario } from '../../src/scenario/reading/parse-scenario.js';
import type { Scenario } from '../../src/scenario/scenario.js';
import { second } from '../cli/second-entry.js';
import { scenarioOf } from '../load/scenario-of.js';

interface Bench {
  readonly written: JournalEntry[];
  readonly stops: string[];
  readonly abort: AbortController;
  /** Records a drive on the bench. @returns how it ended */
  record(change?: { readonly events?: ScenarioEvents; readonly ended?: Promise<DriveEnd> }): Promise<Ending | undefined>;
  emit(entry: DriveEntry): void;
  endDrive(end?: Partial<DriveEnd>): void;
  exitServer(sentence: string): void;
  failJournal(error: Error): void;
}

async function bench(given: Partial<Pick<Scenario, 'abort'>> = {}, warnings: Record<string, number> = {}): Promise<Bench> {
  const written: JournalEntry[] = [];
  const stops: string[] = [];
  const abort = new AbortController();
  const exited = deferred<string>();
  const ended = deferred<DriveEnd>();
  const failed = deferred<Error>();
  let failure: Error | undefined;
  let emit: (entry: DriveEntry) => void = () => {};
  let drivenTo: Promise<DriveEnd> = ended.promise;
  const environment: Environment = {
    endpoints: [],
    workers: 1,
    notes: [{ level: 'warning', code: 'destructive-tool', text: 'delete_all is marked destructive' }],
    holdFaults: () => Promise.reject(new Error('no faults here')),
    serverExited: exited.promise,
    drive: (_scenario, _timeline, onEntry) => {
      emit = onEntry;
      return {
        startedAtMs: 1000,
        nowS: () => 2.5,
        ended: drivenTo,
        stop: (how, reason) => {
          stops.push(`${how}/${reason}`);
          ended.resolve({ reason, endedS: 7, counters: counters(warnings) });
        },
      };
    },
    close: async () => [],
  };
  const journal: JournalSink = {
    write: (entry) => void written.push(entry),
    failed: failed.promise,
    close: async () => {
      if (failure !== undefined) throw failure;
    },
  };
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-record-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const scenario = scenarioOf(given);
  const session = await RunSession.open(
    {
      loaded: { scenario, redactedYaml: '', redacted: {}, hash: '' } as unknown as LoadedScenario,
      version: '9.9.9',
      labels: {},
      out: folder,
      toxiproxy: 'embedded',
      stop: abort.signal,
    },
    {
      openEnvironment: async () => environment,
      openJournal: () => journal,
      watchQuiet: () => {
        throw new Error('nobody asked for quiet');
      },
      finish: async () => ({}) as FinishedRun,
    },
    {},
  );
  return {
    written,
    stops,
    abort,
    record: async ({ events, ended: given } = {}) => {
      if (given !== undefined) drivenTo = given;
      await session.record(() => recordDrive(session, { scenario, timeline: [], own: {}, events }));
      return session.ending;
    },
    emit: (entry) => emit(entry),
    endDrive: (end) => ended.resolve({ reason: 'completed', endedS: 10, counters: counters(warnings), ...end }),
    exitServer: exited.resolve,
    failJournal: (error) => {
      failure = error;
      failed.resolve(error);
    },
  };
}

function counters(warnings: Record<string, number>): DriveEnd['counters'] {
  return { connectionsOpened: 0, connectionsReused: 0, sessions: NO_SESSIONS, warnings };
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Events of which one is started at once and runs until it is stopped. */
function eventsThatTell(): { readonly events: ScenarioEvents; readonly log: string[] } {
  const log: string[] = [];
  const events: ScenarioEvents = {
    carry: (startedAtMs, onEntry) => {
      log.push(`carried from ${startedAtMs}`);
      onEntry({ type: 'event', t: 0, name: 'restart', what: 'start' });
      let stopped = false;
      return {
        stop: async () => {
          if (!stopped) onEntry({ type: 'note', t: 1, level: 'warning', code: 'event-stopped', text: 'it printed: s3cret' });
          if (!stopped) log.push('stopped');
          stopped = true;
        },
      };
    },
    close: () => {},
  };
  return { events, log };
}

describe('recordDrive', () => {
  it('writes the start first, then what came before it, and the end last', async () => {
    const { record, written, endDrive, emit } = await bench({}, { 'answer-too-large': 3 });
    const done = record();
    emit(second(0, { ok: 1 }));
    endDrive();
    expect(await done).toBeUndefined();
    expect(written.map(({ type }) => type)).toEqual(['start', 'note', 'second', 'note', 'end']);
    expect(written[0]).toMatchObject({ startedAt: '1970-01-01T00:00:01.000Z' });
    expect(written.at(-2)).toMatchObject({ code: 'answer-too-large', text: 'answer-too-large: 3 times' });
    expect(written.at(-1)).toEqual({ type: 'end', t: 10, reason: 'completed' });
  });

  it('carries the events of the scenario from the start of the drive, and ends them before its end', async () => {
    const { record, written, endDrive } = await bench();
    const { events, log } = eventsThatTell();
    const done = record({ events });
    endDrive();
    await done;
    expect(log).toEqual(['carried from 1000', 'stopped']);
    expect(written.map(({ type }) => type)).toEqual(['start', 'note', 'event', 'note', 'end']);
    expect(written.at(-2)).toMatchObject({ code: 'event-stopped', text: 'it printed: s3cret' });
  });

  it('stops the events at once when the user stops the run, and does so too when the drive fails', async () => {
    const interrupted = await bench();
    const first = eventsThatTell();
    const done = interrupted.record({ events: first.events });
    interrupted.abort.abort('interrupted');
    expect(first.log).toContain('stopped');
    await done;

    const failing = await bench();
    const second = eventsThatTell();
    const ended = Promise.reject(new Error('worker died'));
    await expect(failing.record({ events: second.events, ended })).rejects.toThrow('worker died');
    expect(second.log).toContain('stopped');
    expect(failing.written.at(-1)).toEqual({ type: 'end', t: 2.5, reason: 'failed', text: 'worker died' });
  });

  it.each([
    ['interrupted', 'stopped with Ctrl-C'],
    ['terminated', 'stopped by SIGTERM'],
  ] as const)('drains when it is %s, and says so in the journal', async (reason, text) => {
    const { record, written, stops, abort } = await bench();
    const done = record();
    abort.abort(reason);
    expect(await done).toEqual({ reason, text });
    expect(stops).toEqual(['drain/stopped']);
    expect(written.slice(-2)).toEqual([
      { type: 'note', t: 2.5, level: 'warning', code: reason, text },
      { type: 'end', t: 7, reason, text },
    ]);
  });

  it('ends when the server under test exits', async () => {
    const { record, stops, exitServer } = await bench();
    const done = record();
    exitServer('the server exited with code 3');
    expect(await done).toEqual({ reason: 'server-exited', text: 'the server exited with code 3' });
    expect(stops).toEqual(['drain/stopped']);
  });

  it('aborts by the rule of the scenario', async () => {
    const { record, stops, emit } = await bench({ abort: { errorRate: 0.5, forMs: 1000 } });
    const done = record();
    for (let t = 0; t < 3; t += 1) emit(second(t, { failed: 1 }));
    expect(await done).toMatchObject({ reason: 'aborted' });
    expect(stops).toEqual(['drain/aborted']);
  });

  it('stops the load at once when the disk is full', async () => {
    const { record, stops, failJournal } = await bench();
    const done = record();
    const error = Object.assign(new Error('write'), { code: 'ENOSPC' });
    failJournal(error);
    expect(await done).toEqual({
      reason: 'disk-full',
      text: 'the journal cannot be written: the disk is full',
    });
    expect(stops).toEqual(['at once/stopped']);
  });

  it('notices a disk that is full only when the last lines are flushed', async () => {
    const { record, failJournal, endDrive } = await bench();
    const done = record();
    endDrive();
    failJournal(Object.assign(new Error('write'), { code: 'ENOSPC' }));
    expect(await done).toMatchObject({ reason: 'disk-full' });
  });

  it('keeps the first reason when several follow', async () => {
    const { record, abort, exitServer, stops } = await bench();
    const done = record();
    abort.abort('interrupted');
    exitServer('the server exited with code 0');
    expect(await done).toMatchObject({ reason: 'interrupted' });
    expect(stops).toHaveLength(1);
  });
});
