import { resolve } from 'node:path';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { GateSettings, GateSource } from '../../scenario/gate-settings.js';
import { gateSettings } from '../../scenario/resolve/resolve.js';
import type { FinishedRun } from '../finish-run.js';
import { refuseHosts } from '../refuse-hosts.js';
import type { SessionRequest } from '../run-session.js';
import { gateOrder, refuseUnseenCpu } from './gate-order.js';
import type { GateParts, GateWatcher } from './gate-request.js';
import { performGate } from './perform-gate.js';
import { type PreparedBuilds, prepareBuilds } from './prepare-builds.js';
import { keepFinishedCheck } from './self-checks.js';
import { sharedAddress } from './shared-address.js';

/** The builds as a caller names them; what is absent is as the scenario has it. */
export interface NamedBuilds {
  readonly baseline?: string | undefined;
  readonly candidate?: string | undefined;
  /** The baseline against itself. */
  readonly self?: boolean | undefined;
}

/** What is played, with an address that both builds would listen on. */
export type GatePlan = ReturnType<typeof gateOrder> & { readonly shared?: string | undefined };

/** Told what is going to happen, after the builds are ready and before any load. */
export interface OrderedGateWatcher extends GateWatcher {
  onPlan?(plan: GatePlan, labels: PreparedBuilds['labels']): void;
}

/** A gate that can be carried out, as far as its scenario tells. */
export interface OrderedGate {
  readonly planned: GatePlan;
  /** @throws PlimsollError as `prepareBuilds` and `performGate` */
  perform(stop: AbortSignal, parts: GateParts, watcher: OrderedGateWatcher): Promise<FinishedRun>;
}

/**
 * The gate of a scenario between the builds that are named.
 * @param hosts that may be loaded beside those of `target.allow`
 * @throws PlimsollError with exit code 2, before anything is checked out or built
 */
export function orderedGate(session: Omit<SessionRequest, 'stop'>, named: NamedBuilds, hosts: readonly string[]): OrderedGate {
  const { loaded } = session;
  const { scenario } = loaded;
  const settings = scenario.gate ?? gateSettings(undefined, (path) => path);
  const self = named.self === true;
  const sources = sourcesOf(named, settings, self);
  const planned = gateOrder(scenario, settings, { self });
  const perform: OrderedGate['perform'] = async (stop, parts, watcher) => {
    const onStep = (text: string): void => watcher.onStep?.(text);
    const builds = await prepareBuilds(loaded, { ...settings, ...sources }, { onStep, signal: stop });
    try {
      const scenarios = builds.scenarios();
      for (const build of Object.values(scenarios)) refuseHosts(build, hosts);
      refuseUnseenCpu(settings, scenarios);
      const shared = sharedAddress(scenarios);
      const order = shared === undefined ? planned : gateOrder(scenario, settings, { self, shared });
      watcher.onPlan?.({ ...order, shared }, builds.labels);
      const request = {
        ...session,
        ...order,
        settings: { ...order.settings, ...builds.labels },
        buildsFor: async () => builds.scenarios(),
        stop,
      };
      const finished = await performGate(request, parts, watcher);
      const said = keepFinishedCheck(finished, { usualPlace: session.out === undefined });
      if (said?.level === 'warning') watcher.onNote?.(said.level, said.text);
      else if (said !== undefined) watcher.onStep?.(said.text);
      return finished;
    } finally {
      await builds.close();
    }
  };
  return { planned, perform };
}

/** @throws PlimsollError with exit code 2 where nothing says what to compare with. */
function sourcesOf(
  { baseline, candidate }: NamedBuilds,
  settings: GateSettings,
  self: boolean,
): Readonly<Record<'baseline' | 'candidate', GateSource>> {
  const given = {
    baseline: baseline === undefined ? settings.baseline : sourceOf('--baseline', baseline),
    candidate: candidate === undefined ? settings.candidate : sourceOf('--candidate', candidate),
  };
  const base = given.baseline ?? (self ? given.candidate : undefined);
  if (base === undefined) {
    throw new PlimsollError('gate: nothing says what to compare with', 'usage', {
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
    'usage',
  );
}
