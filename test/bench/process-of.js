// Child processes of the bench: pinned to one core where the machine can do it, one JSON line on stdout as the answer.
import { spawn, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** True when processes can be pinned and there is a core for the client and another for the server. */
export const canPin = cpus().length >= 2 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

const spawnOn = (core, args, stdin) => {
  const command = canPin ? ['taskset', '-c', String(core), process.execPath] : [process.execPath];
  return spawn(command[0], [...command.slice(1), ...args], { stdio: [stdin, 'pipe', 'pipe'] });
};

/** Runs `file` with its options on core 0 and returns the object that it printed last. */
export const runClient = (file, options, nodeFlags = []) =>
  new Promise((resolve, reject) => {
    const child = spawnOn(0, [...nodeFlags, here(file), JSON.stringify(options)], 'ignore');
    let out = '';
    let complaints = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      complaints = (complaints + chunk).slice(-2000);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) return reject(new Error(`${file} ended with ${code}: ${complaints}`));
      resolve(JSON.parse(out.trim().split('\n').at(-1)));
    });
  });

/** Starts the canned server (or another file with its options) on core 1; it ends when its stdin does, so it cannot outlive the bench. */
export const startServer = (file = 'canned-server.js', ...options) =>
  new Promise((resolve, reject) => {
    const child = spawnOn(1, [here(file), ...options], 'pipe');
    child.on('error', reject);
    child.stderr.pipe(process.stderr);
    child.stdout.once('data', (line) => {
      const { port } = JSON.parse(String(line));
      resolve({ url: `http://127.0.0.1:${port}/mcp`, pid: child.pid, stop: () => child.stdin.end() });
    });
  });
