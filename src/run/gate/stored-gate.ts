import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { openEvents } from '../../environment/scenario-events.js';
import { ENOUGH, predictedFigures } from '../../judge/predicted-limits.js';
import { loadBaseline } from '../../judge/saved-baseline.js';
import type { GateSettings, GateSource } from '../../scenario/gate-settings.js';
import { timelineOf } from '../../scenario/plan/timeline.js';
import { countText } from '../../text/figure-text.js';
import { performRun } from '../perform-run.js';
import { refuseHosts } from '../refuse-hosts.js';
import type { SessionRequest } from '../run-session.js';
import type { OrderedGate } from './playable-gate.js';
import { prepareBuilds } from './prepare-builds.js';

/** Whether a build on a command line is a saved baseline: a file, or a name that can only be meant for one. */
export function isBaselineFile(text: string): boolean {
  if (/^https?:\/\//.test(text) || text.startsWith('git:')) return false;
  const found = statSync(resolve(text), { throwIfNoEntry: false });
  return found === undefined ? text.endsWith('.json') : found.isFile();
}

/**
 * A gate against a saved baseline: one run of the candidate, judged by what the saved runs predict. Where they are too few, or of another
 * class of machine, worse is a warning and no failure.
 * @param hosts that may be loaded beside those of `target.allow`
 * @throws PlimsollError (exit code 2) for a baseline that cannot be read, before anything is checked out or built
 */
export function storedGate(
  session: Omit<SessionRequest, 'stop'>,
  { file, candidate, settings }: { readonly file: string; readonly candidate: GateSource; readonly settings: GateSettings },
  hosts: readonly string[],
): OrderedGate {
  const saved = loadBaseline(file);
  const predicted = predictedFigures(saved);
  const told =
    predicted === undefined
      ? `one run against ${countText(saved.runs.length, 'run')} of ${basename(file)}: worse is a warning; from ${ENOUGH.runs} runs of ${ENOUGH.sittings} sittings on it fails`
      : `one run against what ${countText(predicted.runs, 'run')} of ${countText(predicted.sittings, 'sitting')} in ${basename(file)} predict`;
  const perform: OrderedGate['perform'] = async (stop, parts, watcher) => {
    const onStep = (text: string): void => watcher.onStep?.(text);
    const order = { ...settings, baseline: { kind: 'target', keys: {} }, candidate } as const;
    const builds = await prepareBuilds(session.loaded, order, { onStep, signal: stop });
    try {
      const own = builds.candidate();
      refuseHosts(own.scenario, hosts);
      onStep(told);
      const scenario = { ...own.scenario, baseline: { file, stored: true as const } };
      const finished = await performRun(
        { ...session, loaded: { ...own, scenario }, timeline: timelineOf(scenario), stop },
        { ...parts, openEvents },
        {
          onFolder: (folder) => watcher.onFolder?.(folder),
          onStep,
          onEntry: (entry) => {
            if (entry.type === 'note' && entry.level !== 'info') watcher.onNote?.(entry.level, entry.text);
          },
        },
      );
      for (const check of finished.result.verdict.checks) {
        if (check.warning === true) watcher.onNote?.('warning', `${check.name}: ${check.evidence}`);
      }
      return finished;
    } finally {
      await builds.close();
    }
  };
  const { metrics, tools, pairs } = settings;
  return { planned: { settings: { metrics, tools, pairs } }, perform };
}
