import { resolve } from 'node:path';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { GateSettings, GateSource } from '../../scenario/gate-settings.js';
import { gateSettings } from '../../scenario/resolve/resolve.js';
import { refuseHosts } from '../refuse-hosts.js';
import type { SessionRequest } from '../run-session.js';
import { gateOrder, refuseUnseenCpu } from './gate-order.js';
import { performGate } from './perform-gate.js';
import type { NamedBuilds, OrderedGate } from './playable-gate.js';
import { prepareBuilds } from './prepare-builds.js';
import { keepFinishedCheck } from './self-checks.js';
import { sharedAddress } from './shared-address.js';
import { isBaselineFile, storedGate } from './stored-gate.js';

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
  const stored = storedFileOf(named, settings);
  if (stored !== undefined) {
    const candidate = named.candidate === undefined ? settings.candidate : sourceOf('--candidate', named.candidate);
    return storedGate(session, { file: stored, candidate, settings }, hosts);
  }
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

/**
 * The saved baseline that the candidate is compared with; undefined where the baseline is a build.
 * @throws PlimsollError with exit code 2 where only a saved baseline will do, or none
 */
function storedFileOf({ baseline, self }: NamedBuilds, settings: GateSettings): string | undefined {
  const file = baseline === undefined ? settings.stored : isBaselineFile(baseline) ? resolve(baseline) : undefined;
  if (file === undefined && settings.mode === 'stored') {
    throw new PlimsollError('gate.mode: stored compares with saved runs, and no baseline file is named', 'usage', {
      hint: 'give --baseline FILE or `gate.baseline: { file: FILE }`; `plimsoll baseline save RUN... -o FILE` makes one',
    });
  }
  if (self !== true) return file;
  if (baseline !== undefined && file !== undefined) {
    throw new PlimsollError(
      `--self: found the baseline file ${baseline}, accepted: a build, which is compared with itself`,
      'usage',
    );
  }
  return undefined;
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
      hint: 'give --baseline URL, FOLDER, git:REF or a baseline file, or `gate.baseline` in the scenario; --self compares a build with itself',
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
