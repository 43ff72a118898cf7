import { analyseJournal } from '../analysis/analyse.js';
import type { Analysis } from '../analysis/analysis.js';
import { figuresOfSearch } from '../capacity/figures-of-search.js';
import { judgeCapacity } from '../capacity/search/judge-capacity.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { gateFigures } from '../gate/gate-figures.js';
import { judgeGate } from '../gate/judge-gate.js';
import { judge } from '../judge/judge.js';
import { judgedAnalysis, judgedResult } from '../judge/judged-result.js';
import type { CapacityFigures } from '../result/capacity-figures.js';
import type { Result } from '../result/result.js';
import { sizeCapacity } from '../sizing/size-capacity.js';
import { sizedScenario } from './sized-scenario.js';
import { targetKeepsSessions } from './target-facts.js';

export interface DerivedResult {
  readonly analysis: Analysis;
  readonly result: Result;
}

/** The judged result of a run, from its journal alone. @throws PlimsollError with exit code 2 when the journal cannot be read. */
export function deriveResult(journal: string, options: { readonly hdrLog?: string } = {}): DerivedResult {
  const analysis = analyseJournal(journal, options);
  if (analysis.search !== undefined) return deriveCapacity(analysis, analysis.search);
  if (analysis.gate !== undefined) return deriveGate(analysis, analysis.gate);
  const verdict = judge(analysis);
  const judged = judgedAnalysis(analysis, verdict);
  return { analysis: judged, result: judgedResult(judged, verdict) };
}

/** A gate is judged by its pairs: ratios by their intervals alone, whatever the machine did to both builds alike. */
function deriveGate(measured: Analysis, pairs: NonNullable<Analysis['gate']>): DerivedResult {
  const gate = gateFigures(pairs);
  const analysis: Analysis = { ...measured, result: { ...measured.result, gate } };
  return { analysis, result: judgedResult(analysis, judgeGate(measured.result, gate, pairs, measured.slo)) };
}

/** A capacity search is judged as a whole: that single trials failed, or that the generator was late in some, is how it works. */
function deriveCapacity(measured: Analysis, search: NonNullable<Analysis['search']>): DerivedResult {
  // Only a process of this machine is read.
  const { cores } = measured.result.run.host;
  const figures = figuresOfSearch(search, measured.slo, typeof cores === 'number' ? cores : undefined);
  const capacity = { ...figures, ...sizingOf(measured, figures) };
  const verdict = judgeCapacity(measured.result, capacity);
  const validity = {
    ...measured.result.validity,
    valid: verdict.outcome !== 'invalid',
    reasons: verdict.outcome === 'invalid' ? [verdict.summary] : [],
  };
  const analysis: Analysis = { ...measured, result: { ...measured.result, validity, capacity } };
  return { analysis, result: judgedResult(analysis, verdict) };
}

/** Instances for the planned peak, where one is given. A record that cannot be read takes nothing from what was measured. */
function sizingOf(measured: Analysis, figures: CapacityFigures): Pick<CapacityFigures, 'sizing' | 'sizingOmitted'> {
  try {
    const stateful = targetKeepsSessions(measured.result.run.target);
    return sizeCapacity(sizedScenario(measured.scenario), figures, stateful === undefined ? {} : { stateful });
  } catch (error) {
    if (error instanceof PlimsollError) return { sizingOmitted: error.message };
    throw error;
  }
}
