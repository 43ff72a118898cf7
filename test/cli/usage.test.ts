import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, usageError } from '../../src/cli/cli.js';
import { commands } from '../../src/cli/commands/index.js';
import { reportFailure } from '../../src/cli/failure.js';
import { EXIT } from '../../src/errors/exit-codes.js';
import { PlimsollError } from '../../src/errors/plimsoll-error.js';
import { heardConsole } from './heard-console.js';

/** Runs a command line that has to be refused before anything is done. */
async function refused(...args: string[]): Promise<{ message: string; hint: string | undefined }> {
  const error = await runCli(args, heardConsole().console).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PlimsollError);
  const { message, exitCode, details } = error as PlimsollError;
  expect(exitCode).toBe(EXIT.usage);
  return { message, hint: details.hint };
}

describe('command line', () => {
  it.each([
    [['valdate', 'x.yaml'], 'unknown command: valdate', 'did you mean validate?'],
    [['validate', 'x.yaml', '--jsn'], 'unknown argument: --jsn', 'did you mean --json?'],
    [['validate', 'x.yaml', 'y.yaml'], 'unknown argument: y.yaml', 'see --help for what the command takes'],
    [['validate'], 'not enough non-option arguments: got 0, need at least 1', 'see --help'],
    [[], 'no command given', 'see --help'],
    [['run', 'x.yaml', '--env', 'a', '--env', 'b'], 'given more than once: a, b', 'see --help'],
    [['run', 'x.yaml', '--set'], 'not enough arguments following: set', 'see --help'],
  ])('refuses %j with a suggestion', async (args, message, hint) => {
    expect(await refused(...args)).toEqual({ message, hint });
  });

  it('does not list commands that are not there yet', async () => {
    expect((await refused('upload', 'x.yaml')).message).toBe('unknown command: upload');
  });

  it('lists the commands that are there', () => {
    expect(commands.map(({ name }) => name).sort()).toEqual([
      'baseline',
      'capacity',
      'comment',
      'compare',
      'doctor',
      'faults',
      'gate',
      'init',
      'report',
      'run',
      'sample',
      'size',
      'toxiproxy',
      'validate',
    ]);
  });
});

describe('usageError', () => {
  it('suggests among the flags of the command that was given', () => {
    expect(usageError('Unknown argument: labell', ['run', '--labell', 'a=b'], ['label']).details.hint).toBe(
      'did you mean --label?',
    );
  });
});

describe('reportFailure', () => {
  const said = (error: unknown) => {
    const { console, err } = heardConsole();
    return { code: reportFailure(error, console), text: err().trimEnd() };
  };

  it('prints an error for the user with its hint and exit code, without a stack', () => {
    const { code, text } = said(new PlimsollError('no such tool: ech', EXIT.target, { hint: 'did you mean echo?' }));
    expect(code).toBe(EXIT.target);
    expect(text).toBe('plimsoll: no such tool: ech\n  hint: did you mean echo?');
  });

  it('owns up to a bug, with the stack', () => {
    const { code, text } = said(new TypeError('x is not a function'));
    expect(code).toBe(EXIT.internalError);
    expect(text).toContain('this is a bug in plimsoll');
    expect(text).toContain('usage.test.ts');
  });

  it('knows what the machine refuses', () => {
    const { code, text } = said(Object.assign(new Error('write'), { code: 'ENOSPC', path: '/x/journal.ndjson' }));
    expect(code).toBe(EXIT.machine);
    expect(text).toBe('plimsoll: the disk is full: /x/journal.ndjson');
  });

  it('takes a path that is none for that, and not for a bug', () => {
    const { code, text } = said(Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'open', path: '/x/y.json' }));
    expect(code).toBe(EXIT.usage);
    expect(text).toBe('plimsoll: no such file or folder: /x/y.json');
  });
});

describe('a command that fails', () => {
  /** As `main` does it. */
  const failed = async (...args: string[]) => {
    const { console, out, err } = heardConsole();
    const code = await runCli(args, console).catch((error: unknown) => reportFailure(error, console, { json: true }));
    return { code, json: JSON.parse(out()) as { error: Record<string, unknown> }, err: err() };
  };
  const nothere = join(tmpdir(), 'plimsoll-is-not-here');

  it.each([
    ['report', nothere],
    ['report', tmpdir()],
    ['report', ''],
    ['comment', nothere],
    ['comment', tmpdir()],
    ['comment', ''],
    ['size', nothere],
    ['size', tmpdir()],
    ['size', `${process.execPath}/x`],
    ['baseline', 'show', nothere],
    ['baseline', 'show', tmpdir()],
    ['baseline', 'save', nothere, '-o', 'x'],
    ['faults', 'clean', nothere],
    ['validate', nothere],
    ['validate', tmpdir()],
    ['validate', `${nothere}\0x`],
    ['run', nothere],
    ['run', '--mcp-config', nothere],
    ['run', '--mcp-config', tmpdir()],
    ['capacity', nothere],
    ['doctor', nothere],
    ['init', '--mcp-config', nothere],
    ['toxiproxy', '--config', nothere],
    ['toxiproxy', '--port', 'x'],
    ['nonsense'],
    ['run', '--nonsense'],
  ])('says in words and in JSON what the user gave wrong: %j', async (...args) => {
    const { code, json, err } = await failed(...args, '--json');
    expect(code, err).toBe(EXIT.usage);
    expect(err).not.toContain('a bug in plimsoll');
    expect(json.error).toMatchObject({ exitCode: EXIT.usage, message: expect.stringMatching(/./) });
  });

  it('lists the problems of a scenario in JSON', async () => {
    const { json } = await failed('validate', nothere);
    expect(json.error.problems).toEqual([expect.objectContaining({ file: nothere, line: 1, found: 'no such file' })]);
  });
});
