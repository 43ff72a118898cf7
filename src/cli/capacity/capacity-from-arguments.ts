import { EXIT, type ExitCode } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { capacityParts } from '../../run/capacity/capacity-parts.js';
import { performCapacity } from '../../run/capacity/perform-capacity.js';
import { searchOrderOf } from '../../run/capacity/search-order.js';
import { refuseHosts } from '../../run/refuse-hosts.js';
import { toxiproxyOf } from '../../run/toxiproxy-url.js';
import { packageVersion } from '../../run/version.js';
import type { Console } from '../console.js';
import { loadFromArguments } from '../load-from-arguments.js';
import { labelsOf } from '../run/labels.js';
import { watchRunSignals } from '../run/run-signals.js';
import { tellResult } from '../run/tell-result.js';
import { capacityWatcher } from './capacity-watcher.js';
import { planLines } from './plan-lines.js';

export interface CapacityArguments {
  readonly scenario: string;
  readonly budget?: string | undefined;
  readonly under?: readonly string[] | undefined;
  readonly start?: string | undefined;
  readonly peak?: string | undefined;
  readonly law?: boolean | undefined;
  readonly 'recovery-search'?: boolean | undefined;
  readonly out?: string | undefined;
  readonly label?: readonly string[] | undefined;
  readonly set?: readonly string[] | undefined;
  readonly env?: string | undefined;
  readonly 'mcp-config'?: string | undefined;
  readonly server?: string | undefined;
  readonly toxiproxy?: string | undefined;
  readonly 'yes-i-may-load'?: readonly string[] | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** The command `capacity`. @returns the exit code of the verdict, or of the signal that stopped it. @throws PlimsollError */
export async function capacityFromArguments(args: CapacityArguments, console: Console): Promise<ExitCode> {
  const loaded = await loadFromArguments(
    args.scenario,
    { ...args, withoutEvents: true, set: [...(args.set ?? []), ...setsOf(args)] },
    console,
  );
  const { scenario } = loaded;
  refuseHosts(scenario, args['yes-i-may-load'] ?? []);
  const order = searchOrderOf(scenario, { law: args.law === true, recoverySearch: args['recovery-search'] === true });
  const toxiproxy = toxiproxyOf(args.toxiproxy, process.env.TOXIPROXY_URL);
  const labels = labelsOf(args.label ?? []);
  const quiet = args.quiet === true;
  const watcher = capacityWatcher(console, quiet, order.plan.budgetS);
  if (!quiet) for (const line of planLines(scenario, order)) console.err(line);
  const signals = watchRunSignals(watcher.warn);
  try {
    const finished = await performCapacity(
      { ...order, loaded, version: packageVersion(), labels, out: args.out, toxiproxy, stop: signals.stop },
      capacityParts,
      watcher,
    );
    tellResult(finished, console, { json: args.json === true, quiet });
    return finished.exitCode;
  } finally {
    signals.off();
  }
}

/** The flags as overrides of the scenario, so that they are checked, kept and reported as if they stood in it. */
function setsOf({ budget, under, start, peak }: CapacityArguments): readonly string[] {
  const entries = (under ?? []).flatMap((list) => list.split(',')).map((entry) => entry.trim());
  if (entries.some((entry) => entry === '')) {
    throw new PlimsollError('--under: accepted: none, or recipe@dependency such as slow-dependency@postgres', EXIT.usage);
  }
  return [
    ...(budget === undefined ? [] : [`capacity.budget=${budget}`]),
    ...(entries.length === 0 ? [] : [`capacity.under=${JSON.stringify(entries)}`]),
    ...(start === undefined ? [] : [`capacity.start=${start}`]),
    ...(peak === undefined ? [] : [`capacity.peak=${peak}`]),
  ];
}
