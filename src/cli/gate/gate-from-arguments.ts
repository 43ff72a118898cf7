import { resolve } from 'node:path';
import { EXIT, type ExitCode } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { gateOrder, gateParts, refuseUnseenCpu } from '../../run/gate/gate-order.js';
import { performGate } from '../../run/gate/perform-gate.js';
import { prepareBuilds } from '../../run/gate/prepare-builds.js';
import { sharedAddress } from '../../run/gate/shared-address.js';
import { refuseHosts } from '../../run/refuse-hosts.js';
import type { GateSettings, GateSource } from '../../scenario/gate-settings.js';
import { gateSettings } from '../../scenario/resolve/resolve.js';
import type { Console } from '../console.js';
import { loadFromArguments } from '../load-from-arguments.js';
import { performFromArguments, type SessionArguments, sessionOf } from '../run/perform-from-arguments.js';
import { gatePlanLines } from './gate-plan-lines.js';
import { gateWatcher } from './gate-watcher.js';

export interface GateArguments extends SessionArguments {
  readonly scenario: string;
  readonly baseline?: string | undefined;
  readonly candidate?: string | undefined;
  readonly self?: boolean | undefined;
  readonly budget?: string | undefined;
  readonly seed?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly env?: string | undefined;
  readonly 'mcp-config'?: string | undefined;
  readonly server?: string | undefined;
}

/** The command `gate`. @returns the exit code of the verdict, or of the signal that stopped it. @throws PlimsollError */
export async function gateFromArguments(args: GateArguments, console: Console): Promise<ExitCode> {
  const loaded = await loadFromArguments(
    args.scenario,
    { ...args, withoutEvents: true, set: [...(args.set ?? []), ...setsOf(args)] },
    console,
  );
  const { scenario } = loaded;
  const settings = scenario.gate ?? gateSettings(undefined, (path) => path);
  const self = args.self === true;
  const { baseline, candidate } = sourcesOf(args, settings, self);
  // What cannot be carried out is told before anything is checked out and built.
  const planned = gateOrder(scenario, settings, { self });
  const session = sessionOf(loaded, args);
  const quiet = args.quiet === true;
  const watcher = gateWatcher(console, quiet, planned);
  return performFromArguments(args, console, watcher, async (stop) => {
    const builds = await prepareBuilds(loaded, { ...settings, baseline, candidate }, { onStep: watcher.onStep, signal: stop });
    try {
      const scenarios = builds.scenarios();
      for (const build of Object.values(scenarios)) refuseHosts(build, args['yes-i-may-load'] ?? []);
      refuseUnseenCpu(settings, scenarios);
      const shared = sharedAddress(scenarios);
      const order = shared === undefined ? planned : gateOrder(scenario, settings, { self, shared });
      if (!quiet) for (const line of gatePlanLines({ ...order, shared }, builds.labels)) console.err(line);
      const request = {
        ...session,
        ...order,
        settings: { ...order.settings, ...builds.labels },
        buildsFor: async () => builds.scenarios(),
        stop,
      };
      return await performGate(request, gateParts, watcher);
    } finally {
      await builds.close();
    }
  });
}

/** The flags as overrides of the scenario, so that they are checked, kept and reported as if they stood in it. */
const setsOf = ({ budget, seed }: GateArguments): readonly string[] => [
  ...(budget === undefined ? [] : [`gate.budget=${budget}`]),
  ...(seed === undefined ? [] : [`load.seed=${seed}`]),
];

/** @throws PlimsollError with exit code 2 where nothing says what to compare with. */
function sourcesOf(
  { baseline, candidate }: GateArguments,
  settings: GateSettings,
  self: boolean,
): Readonly<Record<'baseline' | 'candidate', GateSource>> {
  const given = {
    baseline: baseline === undefined ? settings.baseline : sourceOf('--baseline', baseline),
    candidate: candidate === undefined ? settings.candidate : sourceOf('--candidate', candidate),
  };
  const base = given.baseline ?? (self ? given.candidate : undefined);
  if (base === undefined) {
    throw new PlimsollError('gate: nothing says what to compare with', EXIT.usage, {
      hint: 'give --baseline URL, FOLDER or git:REF, or `gate.baseline` in the scenario; --self compares a build with itself',
    });
  }
  if (self) return { baseline: base, candidate: base };
  return { baseline: base, candidate: given.candidate };
}

/** A build as a command line names it. */
function sourceOf(flag: string, text: string): GateSource {
  if (/^https?:\/\//.test(text)) return { kind: 'target', keys: { url: text } };
  if (text.startsWith('git:')) {
    const ref = text.slice('git:'.length);
    if (ref !== '') return { kind: 'git', ref };
  } else if (text !== '') return { kind: 'folder', folder: resolve(text) };
  throw new PlimsollError(
    `${flag}: found ${JSON.stringify(text)}, accepted: a URL, a folder, or git: with a branch, tag or commit`,
    EXIT.usage,
  );
}
