import type { Trial } from '../capacity/capacity-figures.js';
import type { PhaseFigures } from '../measure/phase-figures.js';
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
  const entry = analysis.search?.trials.find(
    (each) => trial !== undefined && each.under === trial.under && each.purpose === 'soak' && each.searchS === trial.startS,
  );
  if (trial === undefined || entry === undefined) return undefined;
  const phase = result.phases.find(({ startS }) => Math.abs(startS - (entry.t + entry.settleS)) < CLOCK_SLACK_S);
  return phase === undefined ? undefined : { trial, phase };
}
