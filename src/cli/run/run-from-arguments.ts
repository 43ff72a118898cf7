import { EXIT, type ExitCode } from '../../errors/exit-codes.js';
import { performRun } from '../../run/perform-run.js';
import { refuseHosts } from '../../run/refuse-hosts.js';
import { runParts } from '../../run/run-parts.js';
import { toxiproxyOf } from '../../run/toxiproxy-url.js';
import { packageVersion } from '../../run/version.js';
import { timelineOf } from '../../scenario/plan/timeline.js';
import type { Console } from '../console.js';
import { labelsOf } from './labels.js';
import { watchRunSignals } from './run-signals.js';
import { consoleWatcher } from './run-watcher.js';
import { isUrl, type ScenarioArguments, scenarioOf, scenarioText } from './scenario-source.js';
import { tellResult } from './tell-result.js';

export interface RunArguments extends ScenarioArguments {
  readonly out?: string | undefined;
  readonly label?: readonly string[] | undefined;
  readonly 'print-scenario'?: boolean | undefined;
  readonly 'yes-i-may-load'?: readonly string[] | undefined;
  readonly toxiproxy?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
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
  const toxiproxy = toxiproxyOf(args.toxiproxy, process.env.TOXIPROXY_URL);
  const labels = labelsOf(args.label ?? []);
  const timeline = timelineOf(loaded.scenario);
  const watcher = consoleWatcher(timeline, console, args.quiet === true);
  const signals = watchRunSignals(watcher.warn);
  try {
    const finished = await performRun(
      { loaded, timeline, version: packageVersion(), labels, out: args.out, toxiproxy, stop: signals.stop },
      runParts,
      watcher,
    );
    tellResult(finished, console, { json: args.json === true, quiet: args.quiet === true });
    return finished.exitCode;
  } finally {
    watcher.close();
    signals.off();
  }
}
