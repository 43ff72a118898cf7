import { EXIT, type ExitCode } from '../../errors/exit-codes.js';
import { performAttempts } from '../../run/attempts/perform-attempts.js';
import { refuseHosts } from '../../run/refuse-hosts.js';
import { runParts } from '../../run/run-parts.js';
import { timelineOf } from '../../scenario/plan/timeline.js';
import type { Console } from '../console.js';
import { retriesOf } from './doubt-flags.js';
import { performFromArguments, type SessionArguments, sessionOf } from './perform-from-arguments.js';
import { consoleWatcher } from './run-watcher.js';
import { isUrl, type ScenarioArguments, scenarioOf, scenarioText } from './scenario-source.js';

export interface RunArguments extends ScenarioArguments, SessionArguments {
  readonly 'print-scenario'?: boolean | undefined;
  readonly retries?: string | undefined;
}

/** The command `run`. @returns the exit code of the verdict, or of the signal that stopped it. @throws PlimsollError */
export async function runFromArguments(args: RunArguments, console: Console): Promise<ExitCode> {
  if (args['print-scenario'] === true && args.scenario !== undefined && isUrl(args.scenario)) {
    console.document(scenarioText(args));
    return EXIT.pass;
  }
  const loaded = await scenarioOf(args, console);
  if (args['print-scenario'] === true) {
    console.document(loaded.redactedYaml);
    return EXIT.pass;
  }
  refuseHosts(loaded.scenario, args['yes-i-may-load'] ?? []);
  const session = sessionOf(loaded, args);
  const retries = retriesOf(args.retries);
  const timeline = timelineOf(loaded.scenario);
  const watcher = consoleWatcher(timeline, console, args.quiet === true);
  return performFromArguments(args, console, watcher, (stop) =>
    performAttempts({ ...session, timeline, stop }, retries, runParts, watcher),
  );
}
