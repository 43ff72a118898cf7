import type { ScopedCalls } from '../analysis/run-calls.js';
import type { CheckDraft } from '../result/verdict.js';
import { countText } from '../text/figure-text.js';

/** A check whose outcome is still to be told. */
export type Open = Omit<CheckDraft, 'outcome' | 'evidence'>;

/**
 * A limit that was met. Delay only makes calls slower and failures more, so that is certain unless load was withheld: starts that were given up
 * count as failed and unanswered, and the limit has to hold even so.
 * @param holds whether it does
 */
export function met(base: Open, said: string, calls: ScopedCalls, holds: boolean): CheckDraft {
  const why =
    calls.withheld[0] ??
    (holds ? undefined : `with ${countText(calls.givenUp, 'start')} given up by plimsoll as failures it would be missed`);
  return why === undefined
    ? { ...base, outcome: 'pass', evidence: said }
    : { ...base, outcome: 'invalid', evidence: `${said}; ${why}: in doubt` };
}

/**
 * A limit that was missed: in doubt where the delay that was measured is enough to explain it.
 * @param stays whether it is still missed when each call is shortened by its shift
 * @param why what of it may be this machine, in words; nothing where nothing is
 */
export const missed = (base: Open, said: string, stays: boolean, why: string | undefined): CheckDraft =>
  stays
    ? { ...base, outcome: 'fail', evidence: why === undefined ? said : `${said}; ${why}: certain` }
    : {
        ...base,
        outcome: 'invalid',
        evidence: `${said}; ${why ?? 'nothing tells how long the server waited for a core of this machine'}: in doubt`,
      };
