import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { noteLeft } from '../../src/run/note-left.js';
import { Redactor } from '../../src/scenario/file/redactor.js';

const redactor = new Redactor(['hunter22']);

it('adds what stayed to a journal that was closed, at its time; nothing where nothing stayed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-note-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'journal.ndjson');
  const before =
    '{"type":"start","schema":"plimsoll.journal/1","startedAt":"2026-01-01T00:00:00.000Z"}\n{"type":"end","t":5,"reason":"completed"}\n';
  writeFileSync(path, before);
  noteLeft(path, [], redactor, 7.5);
  expect(readFileSync(path, 'utf8')).toBe(before);
  noteLeft(path, ['proxy db (is wedged) by hunter22'], redactor, 7.5);
  const lines = readFileSync(path, 'utf8').split('\n');
  expect(lines.slice(0, 2).join('\n')).toBe(before.trimEnd());
  expect(JSON.parse(lines[2] as string)).toMatchObject({
    type: 'note',
    t: 7.5,
    code: 'fault-left',
    text: expect.stringMatching(/proxy db \(is wedged\) by \*\*\*.*faults clean/),
  });
  noteLeft(join(folder, 'none.ndjson'), ['proxy db'], redactor, 7.5);
});
