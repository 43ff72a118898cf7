import { spawn } from 'node:child_process';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { commandEnvironment } from '../../scenario/command-environment.js';
import { stopProcess } from '../../watchdog/stop-process.js';
import type { Watchdog } from '../../watchdog/watchdog.js';
import { onAborted } from '../on-aborted.js';
import { refuseStopped } from '../refuse-stopped.js';
import { lastLines } from './last-lines.js';

/** Of its output, as much as an error may quote. */
const KEPT_CHARACTERS = 64 * 1024;
const BUILD_TIMEOUT_MS = 20 * 60_000;
/** From the end of a build to the end of its output. */
const DRAIN_MS = 2000;

export interface BuildParts {
  /** Ends the build with us. */
  readonly watchdog: Pick<Watchdog, 'guardGroup' | 'release'>;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}

/**
 * Runs the build command of a gate in a folder, as the leader of a group of its own: whatever ends it, nothing of that group is left.
 * @param exitCode of a build that fails: 5 for a baseline, 6 for a candidate
 * @throws PlimsollError when it fails or takes longer than 20 minutes, with its last lines; 130 and 143 when stopped.
 */
export async function buildIn(
  folder: string,
  command: readonly string[],
  exitCode: 5 | 6,
  { watchdog, signal, timeoutMs = BUILD_TIMEOUT_MS }: BuildParts,
): Promise<void> {
  refuseStopped(signal);
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: folder,
    env: commandEnvironment(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  // In the same turn: from now on it ends with us, whatever ends us.
  if (pid !== undefined) watchdog.guardGroup(pid);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout = (stdout + text).slice(-KEPT_CHARACTERS);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-KEPT_CHARACTERS);
  });
  const stop = async (): Promise<void> => {
    if (pid !== undefined) await stopProcess(pid, { group: true });
  };
  let tooLong = false;
  const timer = setTimeout(() => {
    tooLong = true;
    void stop();
  }, timeoutMs);
  const off = onAborted(signal, () => void stop());
  const failure = await new Promise<string | undefined>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('exit', () => {
      // What it left behind in its group ends with it.
      void stop().then(() => {
        // What it sent out of its group may hold the other ends of its output: its last words are waited for, that is not.
        const drained = setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
        }, DRAIN_MS);
        child.once('close', () => clearTimeout(drained));
      });
    });
    child.once('close', (code, how) =>
      resolve(
        code === 0 ? undefined : (lastLines(stderr, stdout) ?? `it ended ${how === null ? `with code ${code}` : `by ${how}`}`),
      ),
    );
  });
  clearTimeout(timer);
  off();
  if (pid !== undefined) watchdog.release({ group: pid });
  refuseStopped(signal);
  if (failure === undefined) return;
  const words = command.join(' ');
  throw new PlimsollError(
    tooLong ? `${words} did not end within ${timeoutMs / 60_000} min in ${folder}` : `${words} failed in ${folder}: ${failure}`,
    exitCode,
    { hint: 'gate.build is run there once, before the first start' },
  );
}
