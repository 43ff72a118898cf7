import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { miniServer, plimsoll, root, temporaryFolder } from './plimsoll.js';
import { expectAllReports } from './run-result.js';

describe('npm pack', () => {
  it('gives a package that runs in an empty folder', async () => {
    const place = temporaryFolder();
    const packed = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', place], { cwd: root });
    execFileSync('tar', ['-xzf', join(place, packed.toString().trim()), '-C', place]);
    const unpacked = join(place, 'package');
    expect(readdirSync(unpacked).sort()).toEqual(
      expect.arrayContaining([
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'bin',
        'dist',
        'docs',
        'package.json',
        'scenarios',
        'schema',
      ]),
    );
    for (const name of ['src', 'test', 'reports']) expect(readdirSync(unpacked)).not.toContain(name);
    // Its dependencies, without asking a registry.
    symlinkSync(join(root, 'node_modules'), join(unpacked, 'node_modules'));

    const empty = temporaryFolder();
    const run = (...args: string[]) =>
      plimsoll(args, { cwd: empty, command: [process.execPath, join(unpacked, 'bin', 'plimsoll.js')] });
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect((await run('--version')).stdout.trim()).toBe(version);
    const url = `http://127.0.0.1:${await miniServer()}/mcp`;
    expect((await run('init', url, '--out', 'starter.yaml')).code).toBe(0);
    expect((await run('validate', 'starter.yaml')).code).toBe(0);
    const flags = ['--tool', 'echo', '--arguments', '{"message":"hi"}', '--rate', '200/s', '--for', '2s'];
    const ended = await run('run', url, ...flags);
    // 5: the machine was busy with something else, which is no fault of the package.
    expect([0, 5], ended.stderr).toContain(ended.code);
    const [folder = ''] = readdirSync(join(empty, 'reports', 'echo'));
    expectAllReports(join(empty, 'reports', 'echo', folder));
  });
});
