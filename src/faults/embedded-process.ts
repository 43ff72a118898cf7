import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { givenLatencyText } from '../text/figure-text.js';
import { compiledEntry } from './compiled-entry.js';

const START_LIMIT_MS = 10_000;

/** The embedded Toxiproxy as our child; its life hangs on a pipe from us. */
export interface EmbeddedProcess {
  readonly url: string;
  /** Resolves with a sentence when it is gone. */
  readonly exited: Promise<string>;
  /** Ends it now. */
  stop(): Promise<void>;
  /** Lets go of it: it drops every toxic, forwards for its grace time, and ends. */
  release(): void;
}

/** @throws PlimsollError with exit code 7 when it does not start. */
export async function startEmbedded(seed: number): Promise<EmbeddedProcess> {
  const entry = compiledEntry(fileURLToPath(new URL('../toxiproxy/main.js', import.meta.url)));
  const child = spawn(process.execPath, [entry, '--port', '0', '--lease', '--seed', String(seed)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: '/',
  });
  const words: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => words.push(text));
  child.stdin.on('error', () => undefined);
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`the embedded Toxiproxy could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(`the embedded Toxiproxy ended unexpectedly (${signal ?? `exit code ${code}`})`));
  });
  const line = await new Promise<string>((resolve, reject) => {
    const failed = (why: string): void =>
      reject(new PlimsollError(`${why}${words.length === 0 ? '' : `: ${words.join('').trim()}`}`, 'faultEngine'));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      failed(`the embedded Toxiproxy did not start within ${givenLatencyText(START_LIMIT_MS * 1000)}`);
    }, START_LIMIT_MS);
    createInterface({ input: child.stdout }).once('line', (text) => {
      clearTimeout(timer);
      resolve(text);
    });
    void exited.then((why) => {
      clearTimeout(timer);
      failed(why);
    });
  });
  const { url } = JSON.parse(line) as { readonly url: string };
  return {
    url,
    exited,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
    release: () => {
      child.stdin.end();
      child.unref();
    },
  };
}
