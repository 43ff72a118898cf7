import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/errors/exit-codes.js';
import { PlimsollError } from '../../../src/errors/plimsoll-error.js';
import type { SecondEntry } from '../../../src/journal/second-entry.js';
import { NO_SESSIONS } from '../../../src/journal/session-counts.js';
import { CellTable } from '../../../src/load/cell-table.js';
import type { DriveEntry } from '../../../src/load/load-engine.js';
import { RunningDrive } from '../../../src/load/threads/running-drive.js';

const running = (threads: number) => {
  const told: DriveEntry[] = [];
  const cells = new CellTable(['echo', 'sum'], ['http://a']);
  const drive = new RunningDrive({ threads, cells, originNs: process.hrtime.bigint(), onEntry: (entry) => told.push(entry) });
  return { drive, told };
};
const second = (worker: number, ...cells: readonly number[]): SecondEntry => ({
  type: 'second',
  t: 0,
  worker,
  inFlight: 0,
  generator: {},
  cells: cells.map((cell) => ({ cell, offered: 1 })),
});
const ended = (endedS: number, connectionsOpened: number, warnings: Readonly<Record<string, number>> = {}) =>
  ({
    type: 'ended',
    endedS,
    counters: { connectionsOpened, connectionsReused: 1, sessions: { ...NO_SESSIONS, opened: 2 }, warnings },
  }) as const;

describe('a drive as its threads report it', () => {
  it('names a cell before the first second that has it, once for all threads', () => {
    const { drive, told } = running(2);
    drive.addSecond({ type: 'second', second: second(0, 1), samples: [] });
    drive.addSecond({ type: 'second', second: second(1, 1, 0), samples: [] });
    expect(told.map((entry) => (entry.type === 'cell' ? `cell ${entry.tool}` : entry.type))).toEqual([
      'cell sum',
      'second',
      'cell echo',
      'second',
    ]);
  });

  it('ends with its last thread: the latest end, the sum of all counters, the first reason', async () => {
    const { drive } = running(2);
    drive.stopped('aborted');
    drive.stopped('stopped');
    expect(drive.addEnd(ended(4, 3, { a: 1, b: 2 }))).toBe(false);
    expect(drive.addEnd(ended(5, 4, { b: 5 }))).toBe(true);
    expect(await drive.ended).toEqual({
      reason: 'aborted',
      endedS: 5,
      counters: { connectionsOpened: 7, connectionsReused: 2, sessions: { ...NO_SESSIONS, opened: 4 }, warnings: { a: 1, b: 7 } },
    });
  });

  it('was completed where nobody stopped it', async () => {
    const { drive } = running(1);
    drive.addEnd(ended(5, 1));
    expect((await drive.ended).reason).toBe('completed');
  });

  it('tells of the first twenty server processes that end, and says that further ones are not told', () => {
    const { drive, told } = running(1);
    for (let i = 1; i <= 30; i++) drive.addProcessEnd(`process ${i} ended`);
    const texts = told.map((entry) => (entry.type === 'note' ? entry.text : ''));
    expect(texts).toHaveLength(20);
    expect(texts[18]).toBe('process 19 ended');
    expect(texts[19]).toBe('process 20 ended; further ones are not listed');
  });

  it('fails with the thread that broke', async () => {
    const { drive } = running(2);
    drive.break(new PlimsollError('a load thread ended', EXIT.internalError));
    await expect(drive.ended).rejects.toThrow('a load thread ended');
  });
});
