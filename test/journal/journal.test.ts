import { appendFileSync, closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PlimsollError } from '../../src/errors/plimsoll-error.js';
import type { JournalEntry, NoteEntry } from '../../src/journal/journal-entry.js';
import { readJournal } from '../../src/journal/journal-reader.js';
import { JournalWriter } from '../../src/journal/journal-writer.js';
import { Redactor } from '../../src/scenario/file/redactor.js';
import { scratchFolder } from '../fixtures/scratch-folder.js';

const start = { type: 'start', schema: 'plimsoll.journal/1', runId: 'r1' } as unknown as JournalEntry;
const note = (text: string): NoteEntry => ({ type: 'note', t: 1, level: 'info', code: 'c', text });

let path: string;
beforeEach(() => {
  path = join(scratchFolder('journal'), 'journal.ndjson');
});
const errorOf = (read: () => unknown): PlimsollError => {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(PlimsollError);
    return error as PlimsollError;
  }
  throw new Error('nothing was thrown');
};
const redactor = new Redactor();
const read = (): readonly JournalEntry[] => [...readJournal(path)];

describe('JournalWriter', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is read back entry by entry', async () => {
    const entries = [start, note('first'), note('with\nnewline, "quotes" and ünïcödé 漢字 \u2028')];
    const writer = new JournalWriter(path, redactor);
    for (const entry of entries) writer.write(entry);
    await writer.close();
    expect(read()).toEqual(entries);
  });

  it('has everything on the disk each second without being closed, in one write', () => {
    vi.useFakeTimers();
    const writes: string[] = [];
    const writer = new JournalWriter(path, redactor, { file: { write: (text) => writes.push(text), close: () => {} } });
    writer.write(start);
    writer.write(note('a'));
    expect(writes).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(writes.map((text) => text.split('\n').length)).toEqual([3]);
    vi.advanceTimersByTime(5000);
    expect(writes).toHaveLength(1);
    writer.write(note('b'));
    vi.advanceTimersByTime(1000);
    expect(writes).toHaveLength(2);
  });

  it('never writes over a journal that stands', async () => {
    writeFileSync(path, 'precious');
    expect(errorOf(() => new JournalWriter(path, redactor)).exitCode).toBe(8);
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  it('says that a folder is missing', () => {
    expect(errorOf(() => new JournalWriter(join(path, 'no', 'such'), redactor))).toMatchObject({
      exitCode: 8,
      message: expect.stringContaining('ENOENT'),
    });
  });

  it.skipIf(process.platform !== 'linux')(
    'tells a full disk once, writes nothing more, and says so again when closed',
    async () => {
      const full = openSync('/dev/full', 'w');
      const calls: string[] = [];
      const file = {
        write: (text: string): void => {
          calls.push(text);
          writeSync(full, text);
        },
        close: () => closeSync(full),
      };
      const writer = new JournalWriter(path, redactor, { file });
      let told = 0;
      void writer.failed.then(() => told++);
      writer.write(start);
      writer.flush();
      writer.write(note('lost'));
      writer.flush();
      const error = await writer.failed;
      expect(error).toMatchObject({ exitCode: 8, message: expect.stringMatching(/cannot write the journal.*ENOSPC/) });
      await expect(writer.close()).rejects.toBe(error);
      await writer.close();
      expect(calls).toHaveLength(1);
      expect(told).toBe(1);
    },
  );
});

describe('readJournal', () => {
  const write = (...lines: readonly (JournalEntry | string)[]): void => {
    for (const line of lines) appendFileSync(path, typeof line === 'string' ? line : `${JSON.stringify(line)}\n`);
  };

  it('gives everything but a torn last line, wherever it was torn', () => {
    const last = `${JSON.stringify(note('漢字 at the end'))}\n`;
    const bytes = Buffer.from(last);
    for (let cut = 0; cut < bytes.length - 1; cut++) {
      writeFileSync(
        path,
        Buffer.concat([Buffer.from(`${JSON.stringify(start)}\n${JSON.stringify(note('kept'))}\n`), bytes.subarray(0, cut)]),
      );
      expect(read()).toEqual([start, note('kept')]);
    }
  });

  it('reads the name that the first journals had for the delay of the client, and leaves texts alone', () => {
    const delay = { counts: [8, 1], minUs: 8, maxUs: 8, sumUs: 8 };
    const told = note('{"waitedForUs":1}');
    writeFileSync(
      path,
      [start, { type: 'second', t: 0, cells: [{ cell: 0, rounds: 1, waitedForUs: delay }] }, told]
        .map((each) => JSON.stringify(each))
        .join('\n'),
    );
    expect(read().slice(1)).toEqual([{ type: 'second', t: 0, cells: [{ cell: 0, rounds: 1, clientDelay: delay }] }, told]);
  });

  it('takes a last line that only lacks its newline', () => {
    write(start, JSON.stringify(note('whole')));
    expect(read()).toEqual([start, note('whole')]);
  });

  it('reads lines that lie across the chunks it reads', () => {
    const many = Array.from({ length: 600 }, (_, i) => note(`${i} ${'漢'.repeat(7001)}`));
    write(start, ...many);
    let count = 0;
    for (const entry of readJournal(path)) {
      if (entry.type === 'note') expect(entry).toEqual(many[count++]);
    }
    expect(count).toBe(600);
  });

  it.each([
    ['{"type":"note","t":1,', 'not a line of a journal'],
    ['null', 'expected an object with a "type", found "null"'],
    ['[1,2]', 'expected an object'],
    ['{"no":"type"}', 'expected an object'],
  ])('names file and line of %s in the middle', (line, said) => {
    write(start, note('a'), `${line}\n`, note('b'));
    const error = errorOf(read);
    expect(error.message).toContain(`${path}:3: `);
    expect(error.message).toContain(said);
    expect(error.exitCode).toBe(2);
  });

  it.each([
    [{ type: 'start', schema: 'plimsoll.journal/2' }, 'found schema "plimsoll.journal/2"'],
    [note('x'), 'found an entry of type "note"'],
  ])('refuses a first line of %o', (entry, said) => {
    write(entry as JournalEntry, note('a'));
    expect(errorOf(read)).toMatchObject({ exitCode: 2, message: expect.stringContaining(said) });
    expect(errorOf(read).message).toContain(`${path}:1: `);
  });

  it.each([
    ['nothing', ''],
    ['half a first line', '{"type":"sta'],
  ])('says that no run was written when there is %s', (_, text) => {
    writeFileSync(path, text);
    expect(errorOf(read)).toMatchObject({ exitCode: 2, message: expect.stringContaining('no run was ever written') });
  });

  it('says which file is not there', () => {
    expect(errorOf(read)).toMatchObject({ exitCode: 2, message: expect.stringContaining(path) });
  });
});
