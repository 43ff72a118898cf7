import type { Analysis } from '../analysis/analysis.js';
import type { Result } from '../result/result.js';
import type { Verdict } from '../result/verdict.js';
import { readinessCard } from './readiness-card.js';

/** The figures of a run with what they say: `result.json`. Pure. */
export const judgedResult = ({ result, scenario }: Analysis, verdict: Verdict): Result => ({
  ...result,
  readiness: readinessCard(result, verdict, scenario),
  verdict,
});
