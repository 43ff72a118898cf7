import type { Analysis } from '../analysis/analysis.js';
import type { EarlierAttempt } from '../journal/earlier-attempt.js';
import type { Attempt } from '../result/attempt.js';
import type { Result } from '../result/result.js';
import type { Verdict } from '../result/verdict.js';
import { readinessCard } from './readiness-card.js';
import { verdictAfter } from './verdict-after.js';

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
