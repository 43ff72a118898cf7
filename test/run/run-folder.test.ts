import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/errors/exit-codes.js';
import { createRunFolder, discardRunFolder, newRunId, savedRunFolder } from '../../src/run/run-folder.js';

const made: string[] = [];
const temporary = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'plimsoll-folder-'));
  made.push(dir);
  return dir;
};
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
});

describe('run folder', () => {
  it('has an id that sorts by time and differs within a second', () => {
    const ids = [1, 2, 3].map(() => newRunId(new Date('2026-11-21T05:22:57.123Z')));
    for (const id of ids) expect(id).toMatch(/^20261121T052257Z-[0-9a-f]{6}$/);
    expect(new Set(ids).size).toBe(3);
  });

  it('is made with its parents', () => {
    const out = join(temporary(), 'a', 'b');
    const folder = createRunFolder({ out, scenario: 's', runId: 'r' });
    expect(folder.journal).toBe(join(out, 'journal.ndjson'));
    expect(readdirSync(out)).toEqual([]);
  });

  it('never writes over what is there', () => {
    const out = temporary();
    writeFileSync(join(out, 'journal.ndjson'), '');
    expect(() => createRunFolder({ out, scenario: 's', runId: 'r' })).toThrow(
      expect.objectContaining({ exitCode: EXIT.usage, message: expect.stringContaining('is not empty') }),
    );
  });

  it('says which place cannot be written', () => {
    const file = join(temporary(), 'file');
    writeFileSync(file, '');
    expect(() => createRunFolder({ out: join(file, 'run'), scenario: 's', runId: 'r' })).toThrow(
      expect.objectContaining({ exitCode: EXIT.machine, message: expect.stringContaining(file) }),
    );
  });

  it('goes away with all that was made for it when the run is refused, and with nothing else', () => {
    const parent = temporary();
    const gone = createRunFolder({ out: join(parent, 'reports', 'orders', 'r1'), scenario: 's', runId: 'r' });
    writeFileSync(gone.scenario, 'x');
    discardRunFolder(gone);
    expect(readdirSync(parent)).toEqual([]);

    // What stood already stays: the folder of the user, and that of another run.
    const other = createRunFolder({ out: join(parent, 'reports', 'orders', 'r2'), scenario: 's', runId: 'r' });
    discardRunFolder(createRunFolder({ out: join(parent, 'reports', 'orders', 'r3'), scenario: 's', runId: 'r' }));
    expect(readdirSync(join(parent, 'reports', 'orders'))).toEqual(['r2']);
    expect(existsSync(other.dir)).toBe(true);
    const given = temporary();
    discardRunFolder(createRunFolder({ out: given, scenario: 's', runId: 'r' }));
    expect(readdirSync(given)).toEqual([]);
  });

  it('stays where the server printed something, and where faults are left to take back', () => {
    const printed = createRunFolder({ out: join(temporary(), 'run'), scenario: 's', runId: 'r' });
    writeFileSync(printed.serverLog, 'port in use\n');
    discardRunFolder(printed);
    expect(readdirSync(printed.dir)).toEqual(['server.log']);
    for (const clean of [false, true]) {
      const folder = createRunFolder({ out: join(temporary(), 'run'), scenario: 's', runId: 'r' });
      writeFileSync(folder.faults, JSON.stringify({ schema: 'plimsoll.faults/1', clean, proxies: [] }));
      discardRunFolder(folder);
      expect(existsSync(folder.faults)).toBe(!clean);
    }
  });

  it('is told from what is none', () => {
    const dir = temporary();
    writeFileSync(join(dir, 'file'), '');
    const refused = (path: string, found: string) =>
      expect(() => savedRunFolder(path)).toThrow(expect.objectContaining({ exitCode: EXIT.usage, message: `${path}: ${found}` }));
    refused(join(dir, 'nothere'), 'no such folder');
    refused(dir, 'a folder without a journal.ndjson');
    refused(join(dir, 'file'), 'a file, not the folder of a run');
  });
});
