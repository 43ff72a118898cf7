import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createRunFolder, newRunId } from '../../../src/cli/run/run-folder.js';
import { EXIT } from '../../../src/errors/exit-codes.js';

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
});
