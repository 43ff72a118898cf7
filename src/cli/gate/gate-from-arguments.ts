import type { ExitCode } from '../../errors/exit-codes.js';
import { gateParts } from '../../run/gate/gate-parts.js';
import { orderedGate } from '../../run/gate/ordered-gate.js';
import type { NamedBuilds, OrderedGateWatcher } from '../../run/gate/playable-gate.js';
import type { Console } from '../console.js';
import { loadFromArguments, type ScenarioFlags } from '../load-from-arguments.js';
import { performFromArguments, type SessionArguments, sessionOf } from '../run/perform-from-arguments.js';
import { gatePlanLines } from './gate-plan-lines.js';
import { gateWatcher } from './gate-watcher.js';

export interface GateArguments extends SessionArguments, ScenarioFlags, NamedBuilds {
  readonly scenario: string;
  readonly budget?: string | undefined;
  readonly seed?: string | undefined;
}

/** The command `gate`. @returns the exit code of the verdict, or of the signal that stopped it. @throws PlimsollError */
export async function gateFromArguments(args: GateArguments, console: Console): Promise<ExitCode> {
  const loaded = await loadFromArguments(
    args.scenario,
    { ...args, withoutEvents: true, set: [...(args.set ?? []), ...setsOf(args)] },
    console,
  );
  const gate = orderedGate(sessionOf(loaded, args), args, args['yes-i-may-load'] ?? []);
  const quiet = args.quiet === true;
  const watcher = gateWatcher(console, quiet, gate.planned);
  const onPlan: NonNullable<OrderedGateWatcher['onPlan']> = (plan, labels) => {
    if (!quiet) for (const line of gatePlanLines(plan, labels)) console.err(line);
  };
  return performFromArguments(args, console, watcher, (stop) => gate.perform(stop, gateParts, { ...watcher, onPlan }));
}

/** The flags as overrides of the scenario, so that they are checked, kept and reported as if they stood in it. */
const setsOf = ({ budget, seed }: GateArguments): readonly string[] => [
  ...(budget === undefined ? [] : [`gate.budget=${budget}`]),
  ...(seed === undefined ? [] : [`load.seed=${seed}`]),
];
