import { EXIT } from '../errors/exit-codes.js';
import type { EarlierAttempt } from '../journal/earlier-attempt.js';
import { settled, type Verdict } from '../result/verdict.js';
import { countText, numberText } from '../text/figure-text.js';

/** Passes that count after a doubt: one alone may be the luck of a quiet moment. */
const PASSES_AFTER_DOUBT = 2;

/** What was asked for beside the run itself. */
export interface Asked {
  /** Attempts before this one, the first at the front. */
  readonly earlier?: readonly EarlierAttempt[];
  /** A doubt fails a run, unless it is only to be warned of. */
  readonly onDoubt?: 'warn';
}

/**
 * The verdict on a run that was repeated, from that on its last attempt: a certain miss, or anything else that no repetition cures, stands; a pass
 * counts when two of the attempts passed, else the run stays in doubt. With `warn` a doubt costs no exit code. Pure.
 */
export function verdictAfter(own: Verdict, { earlier = [], onDoubt }: Asked): Verdict {
  const verdict = own.outcome === 'pass' && earlier.length > 0 ? afterDoubt(own, earlier) : own;
  return verdict.outcome === 'invalid' && verdict.exitCode === EXIT.inconclusive && onDoubt === 'warn'
    ? { ...verdict, exitCode: EXIT.pass }
    : verdict;
}

/** Whether a run is made again after an attempt whose verdict, by the rule above, is this one. Pure. */
export const isRepeated = (
  { outcome, exitCode }: Pick<Verdict, 'outcome' | 'exitCode'>,
  repeated: number,
  retries: number,
): boolean => outcome === 'invalid' && (exitCode === EXIT.inconclusive || exitCode === EXIT.pass) && repeated < retries;

function afterDoubt(own: Verdict, earlier: readonly EarlierAttempt[]): Verdict {
  const passed = earlier.filter(({ outcome }) => outcome === 'pass').length + 1;
  const attempts = earlier.length + 1;
  const [doubt] = earlier.filter(({ outcome }) => outcome === 'invalid');
  const evidence = `${numberText(passed)} of ${countText(attempts, 'attempt')} passed`;
  const check = {
    name: 'attempts',
    source: 'run',
    scope: 'run',
    metric: 'attempts',
    actual: passed,
    limit: PASSES_AFTER_DOUBT,
    unit: 'count',
  } as const;
  if (passed >= PASSES_AFTER_DOUBT) {
    const met = settled({ ...check, outcome: 'pass', evidence: `${evidence}, which is enough after a doubt` });
    return { ...own, summary: `${own.summary}; ${evidence}`, checks: [...own.checks, met] };
  }
  const text = `${evidence}; after a doubt two have to${doubt === undefined ? '' : ` (attempt ${earlier.indexOf(doubt) + 1}: ${doubt.summary})`}`;
  return {
    outcome: 'invalid',
    exitCode: EXIT.inconclusive,
    summary: text,
    checks: [...own.checks, settled({ ...check, outcome: 'invalid', evidence: text })],
  };
}
