import type { Trial } from '../result/capacity-figures.js';
import type { PhaseFigures } from '../result/phase-figures.js';
import type { ReportView } from './report-view.js';

/** The trial that confirmed the first answer of a capacity search, and the segment of its calls. */
export interface ConfirmingSoak {
  readonly trial: Trial;
  readonly phase: PhaseFigures;
}

/** A segment begins where the settle of its trial ends; times of both are of the journal. */
const CLOCK_SLACK_S = 0.01;

/** The last soak that passed; undefined where nothing was confirmed. Pure. */
export function confirmingSoak({ result, analysis }: Pick<ReportView, 'result' | 'analysis'>): ConfirmingSoak | undefined {
  const { healthy, underFaults = [] } = result.capacity ?? {};
  const answer = healthy ?? underFaults[0];
  const trial = answer?.trials.filter(({ purpose, outcome }) => purpose === 'soak' && outcome === 'pass').at(-1);
  const phase = trial === undefined ? undefined : phaseOfTrial({ result, analysis }, trial);
  return trial === undefined || phase === undefined ? undefined : { trial, phase };
}

/** The segment of the calls of a trial; undefined where the journal has none. Pure. */
export function phaseOfTrial(
  { result, analysis }: Pick<ReportView, 'result' | 'analysis'>,
  { under, purpose, startS: searchS }: Trial,
): PhaseFigures | undefined {
  const entry = analysis.search?.trials.find(
    (each) => each.under === under && each.purpose === purpose && each.searchS === searchS,
  );
  return entry === undefined
    ? undefined
    : result.phases.find(({ startS }) => Math.abs(startS - (entry.t + entry.settleS)) < CLOCK_SLACK_S);
}
