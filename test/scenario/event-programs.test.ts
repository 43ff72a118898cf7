import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nodeFiles } from '../../src/scenario/reading/load-scenario.js';
import { minimal, parse } from './minimal.js';

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'plimsoll-missing-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, 'restart.sh'), '#!/bin/sh\n');
  chmodSync(join(dir, 'restart.sh'), 0o755);
  writeFileSync(join(dir, 'notes.txt'), 'no program\n');
  return dir;
}

const loaded = (run: string, more = '') =>
  parse(minimal({ events: `[{ name: a, at: 1s, run: [${run}]${more} }]` }), { folder: folder(), files: nodeFiles });

describe('commands of events before the load', () => {
  it.each(['./restart.sh', 'sh', 'plimsoll', 'node'])('finds %s as starting it would', (program) => {
    expect(() => loaded(program)).not.toThrow();
  });

  it.each([
    [
      'is nowhere',
      'no-such-program, -x',
      '',
      /events\.0\.run\.0 {2}found "no-such-program", which is not on the PATH, accepted: a program/,
    ],
    ['is not in the folder', './gone.sh', '', /found "\.\/gone\.sh", which is not in \/.*\(there is no shell/],
    ['may not be executed', './notes.txt', '', /found "\.\/notes\.txt", which is not in/],
    ['is a whole line', '"sh -c true"', '', /found "sh -c true", which is not on the PATH/],
    ['has no folder', 'sh', ', cwd: ../no-such-folder', /events\.0\.cwd {2}found .*no-such-folder, which does not exist/],
  ])('refuses a command that %s, with exit code 2 and its place', (_, run, more, message) => {
    let refused: unknown;
    try {
      loaded(run, more);
    } catch (error) {
      refused = error;
    }
    expect(refused).toMatchObject({ exitCode: 2 });
    const [, line, ...rest] = (refused as Error).message.split('\n');
    expect(rest).toEqual([]);
    expect(line).toMatch(/^ *s\.yaml:6:\d+ /);
    expect(line).toMatch(message);
  });
});
