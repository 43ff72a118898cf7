import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { PlimsollError } from '../../../src/errors/plimsoll-error.js';
import type { JournalEntry } from '../../../src/journal/journal-entry.js';
import type { StartEntry } from '../../../src/journal/start-entry.js';
import { verdictAfter } from '../../../src/judge/verdict-after.js';
import type { Attempt } from '../../../src/result/attempt.js';
import type { Outcome, Verdict } from '../../../src/result/verdict.js';
import { keepAttempt } from '../../../src/run/attempts/keep-attempt.js';
import { performAttempts } from '../../../src/run/attempts/perform-attempts.js';
import type { FinishedRun } from '../../../src/run/finish-run.js';
import type { RunParts } from '../../../src/run/perform-run.js';
import { parseScenario } from '../../../src/scenario/reading/parse-scenario.js';
import { idleEnvironment } from '../../environment/idle-environment.js';

const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
});

function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'plimsoll-attempts-'));
  made.push(dir);
  return dir;
}

const CODES: Readonly<Record<Outcome, number>> = { pass: 0, fail: 3, inconclusive: 5, invalid: 5 };

/** A run whose attempts come to these outcomes by themselves; its journal and its result are files, as those of a real one. */
async function performed(outcomes: readonly Outcome[], retries: number, out?: string, stop = new AbortController()) {
  const loaded = parseScenario(
    'plimsoll: 1\nname: again\ntarget: { url: "http://127.0.0.1:9/mcp" }\nload: { phases: [{ name: steady, rate: 10/s, for: 1s }] }\ncalls: [{ tool: echo }]\n',
    { fileName: 's.yaml', folder: '/', env: {}, files: { read: () => '', exists: () => false } },
  );
  const said: string[] = [];
  let start: StartEntry | undefined;
  let tries = 0;
  const parts: RunParts = {
    openEnvironment: async () => idleEnvironment(),
    openEvents: () => {
      throw new Error('no events here');
    },
    openJournal: (path) => ({
      write: (entry: JournalEntry) => {
        if (entry.type === 'start') start = entry;
        writeFileSync(path, `${JSON.stringify(entry)}\n`, { flag: 'a' });
      },
      failed: new Promise(() => {}),
      close: async () => {},
    }),
    watchQuiet: () => {
      throw new Error('nobody asked for quiet');
    },
    finish: async (folder) => {
      const outcome = outcomes[tries++];
      if (outcome === undefined || start === undefined) throw new Error('one attempt too many');
      const own: Verdict = { outcome, exitCode: CODES[outcome], summary: `attempt came to ${outcome}`, checks: [] };
      const { earlier = [], runId } = start;
      const attempts: readonly Attempt[] = [
        ...earlier.map(({ runId: run, ...attempt }) => ({ run, ...attempt })),
        { run: runId, folder: '.', outcome, summary: own.summary },
      ];
      const verdict = verdictAfter(own, { earlier });
      const result = { run: { id: runId }, verdict, ...(earlier.length === 0 ? {} : { attempts }) };
      writeFileSync(folder.result, JSON.stringify(result));
      return { folder, result, exitCode: verdict.exitCode } as unknown as FinishedRun;
    },
  };
  const request = { loaded, timeline: [], version: '9.9.9', labels: {}, out, toxiproxy: 'embedded', stop: stop.signal };
  const finished = await performAttempts(request, retries, parts, { onStep: (text) => void said.push(text) });
  return { finished, said, tries };
}

const outcomeIn = (dir: string): string =>
  (JSON.parse(readFileSync(join(dir, 'result.json'), 'utf8')) as { verdict: Verdict }).verdict.outcome;

describe('performAttempts', () => {
  it('runs once where nothing is in doubt', async () => {
    const out = join(temporaryFolder(), 'run');
    const { finished, said, tries } = await performed(['pass'], 3, out);
    expect({ tries, exitCode: finished.exitCode, said }).toEqual({ tries: 1, exitCode: 0, said: [] });
    expect(readdirSync(out).sort()).toEqual(['journal.ndjson', 'result.json', 'scenario.yaml']);
  });

  it('keeps each attempt below the folder that was named, which holds the last', async () => {
    const out = join(temporaryFolder(), 'run');
    const { finished, said, tries } = await performed(['invalid', 'pass', 'pass'], 2, out);
    expect({ tries, exitCode: finished.exitCode }).toEqual({ tries: 3, exitCode: 0 });
    expect(finished.result.attempts?.map(({ folder, outcome }) => `${folder} ${outcome}`)).toEqual([
      'attempt-1 invalid',
      'attempt-2 pass',
      '. pass',
    ]);
    expect(outcomeIn(out)).toBe('pass');
    expect(outcomeIn(join(out, 'attempt-1'))).toBe('invalid');
    // By itself it passed; after a doubt that was not enough.
    expect(outcomeIn(join(out, 'attempt-2'))).toBe('invalid');
    for (const name of ['attempt-1', 'attempt-2'])
      expect(readdirSync(join(out, name)).sort()).toEqual(['journal.ndjson', 'result.json', 'scenario.yaml']);
    const ids = finished.result.attempts?.map(({ run }) => run) ?? [];
    expect(new Set(ids).size).toBe(3);
    expect(said).toEqual([
      'attempt 1 is in doubt: attempt came to invalid',
      'attempt 2 of at most 3',
      expect.stringContaining('attempt 2 is in doubt: 1 of 2 attempts passed'),
      'attempt 3 of at most 3',
    ]);
  });

  it('gives each attempt a run folder of its own where none was named', async () => {
    const folder = temporaryFolder();
    const before = process.cwd();
    process.chdir(folder);
    try {
      const { finished } = await performed(['invalid', 'fail'], 2);
      expect(finished.exitCode).toBe(3);
      const [first] = finished.result.attempts ?? [];
      expect(first?.folder).toMatch(/^\.\.\/[0-9TZ]+-\w{6}$/);
      expect(outcomeIn(join(finished.folder.dir, first?.folder ?? ''))).toBe('invalid');
      expect(readdirSync(join(folder, 'reports', 'again'))).toHaveLength(2);
    } finally {
      process.chdir(before);
    }
  });

  it('does not go on when the user has asked for an end', async () => {
    const stop = new AbortController();
    const out = join(temporaryFolder(), 'run');
    const parts = performed(['invalid', 'pass'], 2, out, stop);
    stop.abort('interrupted');
    await expect(parts).rejects.toThrow('stopped before the load started');
    expect(existsSync(out)).toBe(false);
  });
});

describe('keepAttempt', () => {
  it('says so when the folder cannot be kept', () => {
    const dir = temporaryFolder();
    mkdirSync(join(dir, 'attempt-1'));
    expect(() => keepAttempt(dir, 1)).toThrow(PlimsollError);
  });
});
