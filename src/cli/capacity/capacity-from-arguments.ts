import { SEARCH_PLANS } from '../../capacity/search/search-plan.js';
import { EXIT, type ExitCode } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { capacityParts } from '../../run/capacity/capacity-parts.js';
import { performCapacity } from '../../run/capacity/perform-capacity.js';
import { recoveryOf } from '../../run/capacity/recovery-start.js';
import { searchesUnder } from '../../run/capacity/search-entry.js';
import { refuseWrongFaults } from '../../run/refuse-wrong-faults.js';
import type { Console } from '../console.js';
import { loadFromArguments } from '../load-from-arguments.js';
import { labelsOf } from '../run/labels.js';
import { refuseHosts } from '../run/refuse-load.js';
import { watchRunSignals } from '../run/run-signals.js';
import { tellResult } from '../run/tell-result.js';
import { toxiproxyOf } from '../run/toxiproxy-url.js';
import { packageVersion } from '../version.js';
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

/** Longest that the closed sweep may take; it needs five to six minutes. */
const SWEEP_S = 600;

/** The command `capacity`. @returns the exit code of the verdict, or of the signal that stopped it. @throws PlimsollError */
export async function capacityFromArguments(args: CapacityArguments, console: Console): Promise<ExitCode> {
  const loaded = loadFromArguments(args.scenario, { ...args, set: [...(args.set ?? []), ...setsOf(args)] }, console);
  const { scenario } = loaded;
  refuseHosts(scenario, args['yes-i-may-load'] ?? []);
  refuseWrongFaults(loaded);
  const settings = scenario.capacity;
  const searches = searchesUnder(scenario, settings.under);
  const plan = SEARCH_PLANS[settings.budget];
  const law = args.law === true || settings.budget === '20m';
  const recovery = args['recovery-search'] === true ? recoveryOf(scenario, settings.under, settings.budget) : undefined;
  const toxiproxy = toxiproxyOf(args.toxiproxy, process.env.TOXIPROXY_URL);
  const labels = labelsOf(args.label ?? []);
  const quiet = args.quiet === true;
  const watcher = capacityWatcher(console, quiet, plan.budgetS);
  if (!quiet)
    for (const line of planLines(scenario, searches, plan, { startRate: settings.start, sweepS: law ? SWEEP_S : 0, recovery }))
      console.err(line);
  const signals = watchRunSignals(watcher.warn);
  try {
    const finished = await performCapacity(
      {
        loaded,
        searches,
        plan,
        sweepS: SWEEP_S,
        mostSessions: settings.instance.maxSessions,
        start: {
          budget: settings.budget,
          plan,
          startRate: settings.start,
          arrivals: scenario.load.arrivals,
          instances: settings.target.instances,
          law,
          ...(recovery === undefined ? {} : { recovery }),
        },
        version: packageVersion(),
        labels,
        out: args.out,
        toxiproxy,
        stop: signals.stop,
      },
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
