import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const bin = join(root, 'bin', 'plimsoll.js');
export const fixture = (name: string): string => join(root, 'test', 'e2e', 'fixtures', name);

export interface Ended {
  /** Exit code, or the name of the signal that ended it. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when stderr or stdout has matched. @throws when the process ends first. */
  says(pattern: RegExp): Promise<void>;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: this node with bin/plimsoll.js. */
  readonly command?: readonly string[];
}

/** Tests share their machine, and most are not about the wait for quiet: they do not wait unless they say so. */
const unwaiting = (args: readonly string[]): readonly string[] =>
  ['run', 'capacity', 'gate', 'doctor'].includes(args[0] ?? '') && !args.includes('--wait-quiet')
    ? [...args, '--wait-quiet', '0']
    : args;

/** Starts plimsoll. Whatever is left of it is killed when the test ends. */
export function startPlimsoll(args: readonly string[], options: StartOptions = {}): Running {
  const [file, ...before] = options.command ?? [process.execPath, bin];
  const child = spawn(file as string, [...before, ...unwaiting(args)], {
    cwd: options.cwd ?? root,
    // What the tests themselves run under must not change what plimsoll does.
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code: code ?? signal ?? 'gone', stdout, stderr }));
  });
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  });
  const says = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (pattern.test(stderr) || pattern.test(stdout)) resolve();
      };
      child.stdout.on('data', check);
      child.stderr.on('data', check);
      child.once('close', () => reject(new Error(`ended before it said ${pattern}:\n${stderr}\n${stdout}`)));
      check();
    });
  return { child, ended, says };
}

export function plimsoll(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
  return startPlimsoll(args, options).ended;
}

/** A temporary folder that goes away with the test. Passable for other users: PostgreSQL runs as one. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'plimsoll-e2e-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Starts a fixture that prints `{"port": N}` and resolves with its port; it is killed when the test ends. */
export async function startServer(command: readonly string[]): Promise<number> {
  const { port, stop } = await startServerForAll(command);
  onTestFinished(stop);
  return port;
}

/** The same for servers that several tests share, which stop them themselves. */
export async function startServerForAll(
  command: readonly string[],
): Promise<{ readonly port: number; readonly pid: number; stop(): void }> {
  const [file, ...args] = command;
  const child = spawn(file as string, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = (): void => void child.kill('SIGKILL');
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const port = /"port": ?(\d+)/.exec(text)?.[1];
      if (port !== undefined) resolve({ port: Number(port), pid: child.pid ?? 0, stop });
    });
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`${command.join(' ')} ended with ${code}`)));
  });
}

export const miniServer = (...args: readonly string[]): Promise<number> =>
  startServer([process.execPath, fixture('mini-server.js'), ...args]);
