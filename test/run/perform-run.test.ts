import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { EnvironmentOptions } from '../../src/environment/environment.js';
import { EXIT } from '../../src/errors/exit-codes.js';
import { PlimsollError } from '../../src/errors/plimsoll-error.js';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import { NO_SESSIONS } from '../../src/journal/session-counts.js';
import type { DriveEnd } from '../../src/load/load-engine.js';
import type { FinishedRun } from '../../src/run/finish-run.js';
import { performRun, type RunParts, type RunRequest, type RunWatcher } from '../../src/run/perform-run.js';
import type { QuietEnd, QuietOrder } from '../../src/run/quiet/quiet-watch.js';
import { parseScenario } from '../../src/scenario/reading/parse-scenario.js';
import { idleEnvironment } from '../environment/idle-environment.js';

const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
});

const SCENARIO = `
plimsoll: 1
name: made-up
target: { url: "http://127.0.0.1:9/mcp", headers: { authorization: "Bearer \${secret:TOKEN}" } }
load: { phases: [{ name: steady, rate: 10/s, for: 1s }] }
calls: [{ tool: echo }]
`;

function request(stop: AbortSignal): RunRequest & { readonly out: string } {
  const parent = mkdtempSync(join(tmpdir(), 'plimsoll-perform-'));
  made.push(parent);
  const files = { read: () => '', exists: () => false };
  const loaded = parseScenario(SCENARIO, { fileName: 's.yaml', folder: '/', env: { TOKEN: 'a-secret-token' }, files });
  return {
    loaded,
    timeline: [],
    version: '9.9.9',
    labels: { build: '17' },
    out: join(parent, 'run'),
    toxiproxy: 'embedded',
    stop,
  };
}

const end: DriveEnd = {
  reason: 'completed',
  endedS: 1,
  counters: { connectionsOpened: 0, connectionsReused: 0, sessions: NO_SESSIONS, warnings: {} },
};

interface Bench {
  readonly log: string[];
  readonly entries: JournalEntry[];
  readonly parts: RunParts;
  readonly watcher: RunWatcher;
}

function bench(change: {
  open?: (options: EnvironmentOptions) => void;
  driven?: Promise<DriveEnd>;
  journalError?: Error;
  finish?: () => Promise<FinishedRun>;
}): Bench {
  const log: string[] = [];
  const entries: JournalEntry[] = [];
  const environment = idleEnvironment({
    workers: 3,
    drive: () => ({ startedAtMs: 1000, nowS: () => 1, ended: change.driven ?? Promise.resolve(end), stop: () => {} }),
    close: async () => {
      log.push('closed');
      return [];
    },
  });
  return {
    log,
    entries,
    parts: {
      openEnvironment: async (_scenario, options) => {
        log.push('opened');
        change.open?.(options);
        return environment;
      },
      openEvents: () => {
        throw new Error('no events here');
      },
      openJournal: () => ({
        write: (entry) => void entries.push(entry),
        failed: new Promise(() => {}),
        close: async () => {
          if (change.journalError !== undefined) throw change.journalError;
        },
      }),
      watchQuiet: () => {
        throw new Error('nobody asked for quiet');
      },
      finish: async (folder) => {
        log.push('finished');
        return change.finish === undefined ? ({ folder, exitCode: 0 } as FinishedRun) : change.finish();
      },
    },
    watcher: {},
  };
}

const never = new AbortController().signal;

describe('performRun', () => {
  it('opens, drives, closes, then reports; the start of the journal says what was run, without secrets', async () => {
    const asked = request(never);
    const { log, entries, parts, watcher } = bench({});
    const finished = await performRun(asked, parts, watcher);
    expect(log).toEqual(['opened', 'closed', 'finished']);
    expect(finished.folder.dir).toBe(asked.out);
    expect(entries[0]).toMatchObject({
      type: 'start',
      version: '9.9.9',
      labels: { build: '17' },
      workers: 3,
      startedAt: '1970-01-01T00:00:01.000Z',
    });
    expect(entries.at(-1)).toMatchObject({ type: 'end', reason: 'completed' });
    expect(readFileSync(join(asked.out, 'scenario.yaml'), 'utf8')).toContain('name: made-up');
    expect(readFileSync(join(asked.out, 'scenario.yaml'), 'utf8') + JSON.stringify(entries)).not.toContain('a-secret-token');
  });

  it('waits for quiet between the opening and the load, and keeps in the journal what it found', async () => {
    const steps: string[] = [];
    const { log, entries, parts } = bench({});
    const text = 'the load began on a busy machine: other programs use 1 of 2 cores (hog 1)';
    const quiet = {
      wait: async ({ limitMs, ours, say }: QuietOrder): Promise<QuietEnd> => {
        log.push(`waits ${limitMs}, ours ${ours.includes(process.pid)}`);
        say('waiting');
        return { state: 'noisy', text };
      },
    };
    await performRun(
      { ...request(never), waitQuietMs: 7000 },
      { ...parts, watchQuiet: () => quiet },
      { onStep: (step) => void steps.push(step) },
    );
    expect(log).toEqual(['opened', 'waits 7000, ours true', 'closed', 'finished']);
    expect(steps).toEqual(['waiting', text]);
    expect(entries[1]).toEqual({ type: 'note', t: 0, level: 'info', code: 'not-quiet', text });
  });

  it('leaves no folder behind when the target cannot be loaded', async () => {
    const asked = request(never);
    const refused = new PlimsollError('refuses connections', EXIT.target);
    const { parts, watcher } = bench({
      open: () => {
        throw refused;
      },
    });
    await expect(performRun(asked, parts, watcher)).rejects.toBe(refused);
    expect(existsSync(asked.out)).toBe(false);
  });

  it('keeps what the server printed when it did not come up', async () => {
    const asked = request(never);
    const { parts, watcher } = bench({
      open: ({ serverLog }) => {
        writeFileSync(serverLog as string, 'port in use\n');
        throw new PlimsollError('not ready', EXIT.target);
      },
    });
    await expect(performRun(asked, parts, watcher)).rejects.toThrow('not ready');
    expect(readFileSync(join(asked.out, 'server.log'), 'utf8')).toBe('port in use\n');
  });

  it('closes the environment when the drive fails', async () => {
    const { log, parts, watcher } = bench({ driven: Promise.reject(new Error('worker died')) });
    await expect(performRun(request(never), parts, watcher)).rejects.toThrow('worker died');
    expect(log).toEqual(['opened', 'closed']);
  });

  it('says that it was stopped when that came before the load', async () => {
    const controller = new AbortController();
    const { parts, watcher } = bench({
      open: () => {
        controller.abort('terminated');
        throw new Error('aborted');
      },
    });
    await expect(performRun(request(controller.signal), parts, watcher)).rejects.toMatchObject({ exitCode: EXIT.terminated });
  });

  it('ends with 8 when the disk is full, after the server was stopped, whether or not the reports could be written', async () => {
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
    const written = bench({ journalError: full });
    await expect(performRun(request(never), written.parts, written.watcher)).rejects.toMatchObject({
      exitCode: EXIT.machine,
      message: expect.stringContaining('the disk is full; the load was stopped'),
      details: { hint: expect.stringContaining('a report of what was written') },
    });
    expect(written.log).toEqual(['opened', 'closed', 'finished']);

    const unwritten = bench({ journalError: full, finish: () => Promise.reject(full) });
    await expect(performRun(request(never), unwritten.parts, unwritten.watcher)).rejects.toMatchObject({
      exitCode: EXIT.machine,
      details: { hint: expect.stringContaining('plimsoll report') },
    });
  });
});
