import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Environment } from '../../../src/environment/environment.js';
import { EXIT } from '../../../src/errors/exit-codes.js';
import type { JournalEntry } from '../../../src/journal/journal-entry.js';
import type { CapacityParts, CapacityRequest } from '../../../src/run/capacity/capacity-request.js';
import { performCapacity } from '../../../src/run/capacity/perform-capacity.js';
import { searchOrderOf } from '../../../src/run/capacity/search-order.js';
import type { FinishedRun } from '../../../src/run/finish-run.js';
import { parseScenario } from '../../../src/scenario/reading/parse-scenario.js';

interface Happening {
  /** While a drive goes on, of which the first is 1. */
  readonly inDrive?: (drive: number, onEntry: (entry: JournalEntry) => void) => void;
  readonly inCalibration?: () => void;
  /** Instead of a journal that takes everything. */
  readonly journalError?: Error;
  readonly stop?: AbortController;
}

/** A search on a made environment, whose drives send nothing and take a moment. */
function performed({ inDrive = () => {}, inCalibration = () => {}, journalError, stop = new AbortController() }: Happening) {
  const out = mkdtempSync(join(tmpdir(), 'plimsoll-capacity-'));
  onTestFinished(() => rmSync(out, { recursive: true, force: true }));
  const loaded = parseScenario(
    `{ plimsoll: 1, name: s, target: { url: "http://127.0.0.1:9/mcp" }, calls: [{ tool: t, arguments: {} }],
       load: { phases: [{ name: a, rate: 1/s, for: 1s }] } }`,
    { fileName: 's.yaml', folder: '.', env: {}, files: { read: () => '', exists: () => false } },
  );
  const log: string[] = [];
  const entries: JournalEntry[] = [];
  const notes: string[] = [];
  let fail: (error: Error) => void = () => {};
  const environment: Environment = {
    endpoints: [],
    workers: 2,
    notes: [],
    holdFaults: () => Promise.reject(new Error('no faults here')),
    serverExited: new Promise(() => {}),
    drive: (_scenario, _timeline, onEntry) => {
      const drive = log.push('driven') - 2;
      const ended = new Promise<never>((resolve) => {
        setImmediate(() => {
          inDrive(drive, onEntry);
          if (journalError !== undefined) fail(journalError);
          setImmediate(() => resolve({ reason: 'stopped', endedS: 0, counters: {} } as never));
        });
      });
      return { startedAtMs: Date.now(), nowS: () => 0, ended, stop: () => {} };
    },
    endSessions: async () => {
      log.push('sessions ended');
      return { warnings: { 'out-of-descriptors': 2 } } as never;
    },
    close: async () => {
      log.push('closed');
      return [];
    },
  };
  const parts: CapacityParts = {
    openEnvironment: async () => {
      log.push('opened');
      return environment;
    },
    openJournal: () => ({
      write: (entry) => void entries.push(entry),
      failed: new Promise((resolve) => {
        fail = resolve;
      }),
      close: async () => {
        if (journalError !== undefined) throw journalError;
      },
    }),
    watchQuiet: () => {
      throw new Error('nobody asked for quiet');
    },
    finish: async () => {
      log.push('finished');
      return { exitCode: 0 } as FinishedRun;
    },
    calibrate: async () => {
      log.push('calibrated');
      inCalibration();
      return 1000;
    },
    readRss: async () => undefined,
    nowMs: () => performance.now(),
  };
  const request: CapacityRequest = {
    ...searchOrderOf(loaded.scenario),
    loaded,
    version: '9.9.9',
    labels: { build: '17' },
    out,
    toxiproxy: 'embedded',
    stop: stop.signal,
  };
  const done = performCapacity(request, parts, { onNote: (level, text) => void notes.push(`${level}: ${text}`) });
  return { done, log, entries, notes };
}

describe('performCapacity', () => {
  it('calibrates, opens, searches until it is stopped, closes, then reports; the journal says all of it', async () => {
    const stop = new AbortController();
    const { done, log, entries, notes } = performed({ stop, inDrive: () => stop.abort('terminated') });
    expect((await done).exitCode).toBe(0);
    expect(log).toEqual(['calibrated', 'opened', 'driven', 'sessions ended', 'closed', 'finished']);
    expect(entries[0]).toMatchObject({
      type: 'start',
      version: '9.9.9',
      labels: { build: '17' },
      timeline: [],
      capacity: { generatorRate: 2000, entries: [{ under: 'none' }] },
    });
    expect(entries.slice(1).map((entry) => (entry.type === 'note' ? entry.code : entry.type))).toEqual([
      'terminated',
      'traffic',
      'search',
      'out-of-descriptors',
      'end',
    ]);
    expect(entries.at(-1)).toMatchObject({ reason: 'terminated', text: 'stopped by SIGTERM' });
    expect(notes[0]).toBe('warning: stopped by SIGTERM');
  });

  it('ends with the first reason when the engine that carries the faults is lost', async () => {
    const lost = { type: 'note', t: 0, level: 'error', code: 'fault-engine-lost', text: 'the Toxiproxy is gone' } as const;
    const stop = new AbortController();
    const { done, entries } = performed({
      stop,
      inDrive: (drive, onEntry) => {
        // The first looks for a rate to begin with.
        if (drive < 2) return;
        onEntry(lost);
        stop.abort('interrupted');
      },
    });
    await done;
    expect(entries.at(-1)).toMatchObject({ type: 'end', reason: 'failed', text: 'the Toxiproxy is gone' });
    expect(entries).toContainEqual(
      expect.objectContaining({ type: 'search', end: expect.objectContaining({ ending: 'interrupted' }) }),
    );
  });

  it('reports what was written when the disk is full: exit 8', async () => {
    const journalError = Object.assign(new Error('write'), { code: 'ENOSPC' });
    const { done, log, entries } = performed({ journalError });
    await expect(done).rejects.toMatchObject({
      exitCode: EXIT.machine,
      message: expect.stringContaining('the disk is full; the load was stopped'),
      details: { hint: expect.stringContaining('a report of what was written') },
    });
    expect(log.slice(-2)).toEqual(['closed', 'finished']);
    expect(entries.at(-1)).toMatchObject({ reason: 'disk-full' });
  });

  it('opens nothing when it is stopped while it calibrates', async () => {
    const stop = new AbortController();
    const { done, log } = performed({ stop, inCalibration: () => stop.abort('interrupted') });
    await expect(done).rejects.toMatchObject({ exitCode: EXIT.interrupted });
    expect(log).toEqual(['calibrated']);
  });
});
