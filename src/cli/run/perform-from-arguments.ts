import type { ExitCode } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { FinishedRun } from '../../run/finish-run.js';
import type { SessionRequest } from '../../run/run-session.js';
import { toxiproxyOf } from '../../run/toxiproxy-url.js';
import { packageVersion } from '../../run/version.js';
import type { LoadedScenario } from '../../scenario/reading/parse-scenario.js';
import type { Console } from '../console.js';
import { onDoubtOf, waitQuietOf } from './doubt-flags.js';
import { watchRunSignals } from './run-signals.js';
import { tellResult } from './tell-result.js';

/** What every command takes that measures something into a run folder. */
export interface SessionArguments {
  /** As the command line names it: a file, or a URL. */
  readonly scenario?: string | undefined;
  readonly out?: string | undefined;
  readonly label?: readonly string[] | undefined;
  readonly toxiproxy?: string | undefined;
  readonly 'yes-i-may-load'?: readonly string[] | undefined;
  readonly 'wait-quiet'?: string | undefined;
  readonly 'on-doubt'?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** What the arguments say of a session. @throws PlimsollError with exit code 2. */
export function sessionOf(loaded: LoadedScenario, args: SessionArguments): Omit<SessionRequest, 'stop'> {
  const toxiproxy = toxiproxyOf(args.toxiproxy, process.env.TOXIPROXY_URL);
  const onDoubt = onDoubtOf(args['on-doubt']);
  const waitQuietMs = waitQuietOf(args['wait-quiet']);
  return {
    loaded,
    version: packageVersion(),
    labels: labelsOf(args.label ?? []),
    out: args.out,
    toxiproxy,
    waitQuietMs,
    ...(onDoubt === 'warn' ? { onDoubt } : {}),
  };
}

/** Performs it under the signals of the terminal and prints what it came to. @returns the exit code of the verdict, or of the signal that stopped it */
export async function performFromArguments(
  args: SessionArguments,
  console: Console,
  watcher: { warn(text: string): void; close?(): void },
  perform: (stop: AbortSignal) => Promise<FinishedRun>,
): Promise<ExitCode> {
  const signals = watchRunSignals(watcher.warn);
  try {
    const finished = await perform(signals.stop);
    tellResult(finished, console, { json: args.json === true, quiet: args.quiet === true, scenario: args.scenario });
    return finished.exitCode;
  } finally {
    watcher.close?.();
    signals.off();
  }
}

/** `key=value` flags as labels of a run. @throws PlimsollError with exit code 2. */
export function labelsOf(flags: readonly string[]): Readonly<Record<string, string>> {
  const labels = new Map<string, string>();
  for (const flag of flags) {
    const [, key, value] = /^([A-Za-z0-9._/-]+)=(.*)$/s.exec(flag) ?? [];
    if (key === undefined || value === undefined) {
      throw new PlimsollError(`--label ${flag}: accepted: key=value, the key of letters, digits and . _ / -`, 'usage');
    }
    if (labels.has(key)) throw new PlimsollError(`--label ${key} is given more than once`, 'usage');
    labels.set(key, value);
  }
  return Object.fromEntries(labels);
}
