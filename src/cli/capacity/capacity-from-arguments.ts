import type { ExitCode } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { capacityParts } from '../../run/capacity/capacity-parts.js';
import { performCapacity } from '../../run/capacity/perform-capacity.js';
import { searchOrderOf } from '../../run/capacity/search-order.js';
import { refuseHosts } from '../../run/refuse-hosts.js';
import type { Console } from '../console.js';
import { loadFromArguments, type ScenarioFlags } from '../load-from-arguments.js';
import { performFromArguments, type SessionArguments, sessionOf } from '../run/perform-from-arguments.js';
import { capacityWatcher } from './capacity-watcher.js';
import { planLines } from './plan-lines.js';

export interface CapacityArguments extends SessionArguments, ScenarioFlags {
  readonly scenario: string;
  readonly budget?: string | undefined;
  readonly under?: readonly string[] | undefined;
  readonly start?: string | undefined;
  readonly peak?: string | undefined;
  readonly law?: boolean | undefined;
  readonly 'recovery-search'?: boolean | undefined;
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
  const session = sessionOf(loaded, args);
  const quiet = args.quiet === true;
  const watcher = capacityWatcher(console, quiet, order.plan.budgetS);
  if (!quiet) for (const line of planLines(scenario, order)) console.err(line);
  return performFromArguments(args, console, watcher, (stop) =>
    performCapacity({ ...order, ...session, stop }, capacityParts, watcher),
  );
}

/** The flags as overrides of the scenario, so that they are checked, kept and reported as if they stood in it. */
function setsOf({ budget, under, start, peak }: CapacityArguments): readonly string[] {
  const entries = (under ?? []).flatMap((list) => list.split(',')).map((entry) => entry.trim());
  if (entries.some((entry) => entry === '')) {
    throw new PlimsollError('--under: accepted: none, or recipe@dependency such as slow-dependency@postgres', 'usage');
  }
  return [
    ...(budget === undefined ? [] : [`capacity.budget=${budget}`]),
    ...(entries.length === 0 ? [] : [`capacity.under=${JSON.stringify(entries)}`]),
    ...(start === undefined ? [] : [`capacity.start=${start}`]),
    ...(peak === undefined ? [] : [`capacity.peak=${peak}`]),
  ];
}
