import type { Analysis } from '../analysis/analysis.js';
import type { EarlierAttempt } from '../journal/earlier-attempt.js';
import type { Attempt } from '../result/attempt.js';
import type { Result } from '../result/result.js';
import type { Verdict } from '../result/verdict.js';
import { readinessCard } from './readiness-card.js';
import { verdictAfter } from './verdict-after.js';

/**
 * An analysis whose result says whether it is valid: whether anything is in doubt is the judge's to say, and why is what was seen of the
 * machine in the phases that are in doubt by themselves, or else in any. Pure.
 */
export function judgedAnalysis(analysis: Analysis, { checks }: Pick<Verdict, 'checks'>): Analysis {
  const { validity } = analysis.result;
  const doubtful = checks.filter(({ outcome }) => outcome === 'invalid');
  const seen = validity.reasons.length > 0 ? validity.reasons : validity.disturbed.causes;
  const reasons = doubtful.length === 0 ? [] : seen.length > 0 ? seen : doubtful.slice(0, 1).map(({ evidence }) => evidence);
  return { ...analysis, result: { ...analysis.result, validity: { ...validity, valid: doubtful.length === 0, reasons } } };
}

/** The figures of a run with what they say: `result.json`. Pure. */
export function judgedResult({ result, scenario, earlier, onDoubt }: Analysis, own: Verdict): Result {
  const verdict = verdictAfter(own, {
    ...(earlier === undefined ? {} : { earlier }),
    ...(onDoubt === undefined ? {} : { onDoubt }),
  });
  return {
    ...result,
    ...(earlier === undefined ? {} : { attempts: attemptsOf(earlier, result.run.id, own) }),
    readiness: readinessCard(result, verdict, scenario),
    verdict,
  };
}

const attemptsOf = (earlier: readonly EarlierAttempt[], id: string, { outcome, summary }: Verdict): readonly Attempt[] => [
  ...earlier.map(({ runId, ...attempt }) => ({ run: runId, ...attempt })),
  { run: id, folder: '.', outcome, summary },
];
