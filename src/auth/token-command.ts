import { spawn } from 'node:child_process';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { givenLatencyText } from '../text/figure-text.js';
import { jwtLifetimeS, type Token, type TokenSource, tokenText } from './token.js';

export interface TokenCommand {
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly timeoutMs: number;
}

const MAX_OUTPUT_BYTES = 64 * 1024;
/** Words of the command's own that an error quotes. */
const QUOTED = 300;

/**
 * Runs a command that prints a token: alone on its output, or as JSON with `access_token` and perhaps `expires_in` (as OAuth has it).
 * It runs in a process group of its own, and the whole group ends with the time limit.
 */
export const commandSource =
  (spec: TokenCommand): TokenSource =>
  async () =>
    readToken(await outputOf(spec), spec.command[0] ?? '');

function outputOf({ command, cwd, timeoutMs }: TokenCommand): Promise<string> {
  const [file = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const fail = (what: string, hint: string): void => reject(new PlimsollError(what, 'target', { hint }));
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      ...(cwd === undefined ? {} : { cwd }),
    });
    let output = '';
    let words = '';
    let ended: 'hung' | 'floods' | undefined;
    const stop = (why: 'hung' | 'floods'): void => {
      if (ended !== undefined) return;
      ended = why;
      endGroup(child.pid);
      // Grandchildren in a group of their own may hold the pipes: nothing more is waited for.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(() => stop('hung'), timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > MAX_OUTPUT_BYTES) stop('floods');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-4 * QUOTED);
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const why = error.code === 'ENOENT' ? 'there is no such program' : error.message;
      fail(`the auth command ${file} cannot be started: ${why}`, 'correct target.auth.command, or install the program');
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const said = words.trim() === '' ? 'it printed nothing on stderr' : `it printed: ${words.trim().slice(-QUOTED)}`;
      if (ended === 'hung')
        fail(
          `the auth command ${file} gave no token within ${givenLatencyText(timeoutMs * 1000)}`,
          `${said}; does it wait for input?`,
        );
      else if (ended === 'floods')
        fail(`the auth command ${file} printed more than ${MAX_OUTPUT_BYTES} bytes`, 'it must print the token and nothing else');
      else if (code !== 0) fail(`the auth command ${file} ended with ${signal ?? `code ${code}`}`, said);
      else resolve(output);
    });
  });
}

function readToken(output: string, file: string): Token {
  const text = output.trim();
  const wallMs = Date.now();
  const fields = text.startsWith('{') ? parsed(text) : undefined;
  const value = tokenText(fields === undefined ? text : String(fields.access_token ?? ''));
  if (value === undefined) {
    const found =
      text === ''
        ? 'nothing'
        : fields === undefined
          ? 'something that is not a token (blanks or line breaks in it)'
          : 'JSON without access_token';
    throw new PlimsollError(`the auth command ${file} printed ${found}`, 'target', {
      hint: 'it must print the token alone, or JSON such as {"access_token": "...", "expires_in": 3600}',
    });
  }
  const given = Number(fields?.expires_in);
  const lifetimeS = Number.isFinite(given) && given > 0 ? given : jwtLifetimeS(value, wallMs);
  return lifetimeS === undefined ? { value } : { value, lifetimeS };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
