import type { Trial } from '../result/capacity-figures.js';
import type { PhaseFigures } from '../result/phase-figures.js';
import { countText, latencyText, nounFor, numberText } from '../text/figure-text.js';
import { confirmingSoak, phaseOfTrial } from './confirming-soak.js';
import { machineWords } from './machine-words.js';
import type { ReportView } from './report-view.js';

/** Whether the figures of a run say something about the server, and why. */
export interface Trust {
  readonly state: 'trusted' | 'in doubt' | 'unknown' | 'invalid';
  readonly sentence: string;
}

/** Pure. */
export function trustOf(view: ReportView): Trust {
  const { result } = view;
  const { valid, generator } = result.validity;
  const { checks } = view.verdict;
  if (result.capacity !== undefined) return trustOfSearch(view);
  const machine = machineWords(result, view.verdict);
  if (!valid) {
    const doubtful = checks.filter(({ outcome }) => outcome === 'invalid').length;
    const certain = checks.filter((check) => check.certain).length;
    return {
      state: 'in doubt',
      sentence: `${countText(doubtful, 'check')} of ${checks.length} ${doubtful === 1 ? 'is' : 'are'} in doubt: this machine could have made the outcome. ${certain === 0 ? 'None is' : `${certain} ${certain === 1 ? 'is' : 'are'}`} certain.`,
    };
  }
  // Warm-up is not judged: how late its starts were takes nothing from the phases that are.
  const late =
    latestStart(result.phases.filter(({ kind }) => kind !== 'warm-up' && kind !== 'edge')) ?? generator.latenessUs?.p99;
  const starts =
    typeof late === 'number'
      ? `In no phase were starts more than ${latencyText(late)} late at p99; ${countText(generator.droppedByGenerator, 'start')} ${nounFor(generator.droppedByGenerator, 'was', 'were')} given up.`
      : '';
  return typeof late === 'number'
    ? {
        state: 'trusted',
        sentence:
          machine.state === 'noisy'
            ? `The machine was ${machine.text}. That is too little to have changed the outcome of a check. ${starts}`
            : `The machine was quiet. ${starts}`,
      }
    : { state: 'unknown', sentence: 'No start was measured, so nothing can be said about the load generator.' };
}

/** A search overloads on purpose: trusted are the trials that counted, and above all the soak that confirmed its answer. */
function trustOfSearch(view: ReportView): Trust {
  const { healthy, underFaults = [] } = view.result.capacity ?? {};
  const trials = [...(healthy?.trials ?? []), ...underFaults.flatMap((answer) => answer.trials)].filter(
    ({ purpose }) => purpose !== 'warm-up',
  );
  const counted = trials.filter(({ outcome }) => outcome === 'pass' || outcome === 'fail');
  const phases = counted.flatMap((trial) => phaseOfTrial(view, trial) ?? []);
  const doubtful = phases.filter(({ validity }) => !validity.valid).length;
  const late = latestStart(phases);
  const { valid } = view.result.validity;
  const soak = confirmingSoak(view);
  const parts = [
    ...ignoredText(trials),
    ...(late === undefined ? [] : [`In the trials that counted, starts were at most ${latencyText(late)} late at p99.`]),
    ...(doubtful === 0 ? [] : [`${countText(doubtful, 'trial')} that counted ${doubtful === 1 ? 'is' : 'are'} still in doubt.`]),
  ];
  if (counted.length === 0)
    return {
      state: valid ? 'unknown' : 'invalid',
      sentence: trials.length === 0 ? 'No trial was made.' : `No trial counted. ${parts.join(' ')}`.trim(),
    };
  const state = !valid ? 'invalid' : soak !== undefined && !soak.phase.validity.valid ? 'in doubt' : 'trusted';
  return { state, sentence: parts.length === 0 ? 'No trial was ignored.' : parts.join(' ') };
}

function ignoredText(trials: readonly Trial[]): readonly string[] {
  const invalid = trials.filter(({ outcome }) => outcome === 'invalid');
  const changed = invalid.filter(({ reason }) => reason.includes('replicas'));
  const noisy = invalid.length - changed.length;
  const were = (count: number): string => (count === 1 ? 'was' : 'were');
  return [
    ...(noisy === 0
      ? []
      : [
          `${numberText(noisy)} of ${countText(trials.length, 'trial')} ${were(noisy)} too noisy and ${were(noisy)} ignored: the load generator was late.`,
        ]),
    ...(changed.length === 0
      ? []
      : [
          `${numberText(changed.length)} of ${countText(trials.length, 'trial')} ${were(changed.length)} ignored: the number of replicas changed.`,
        ]),
  ];
}

function latestStart(phases: readonly PhaseFigures[]): number | undefined {
  const late = phases.flatMap(({ validity }) => {
    const p99 = validity.latenessUs?.p99;
    return typeof p99 === 'number' ? [p99] : [];
  });
  return late.length === 0 ? undefined : Math.max(...late);
}
