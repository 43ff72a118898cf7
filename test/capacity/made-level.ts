import type { RecoveryLevelEntry, RecoverySecond } from '../../src/journal/recovery-entry.js';
import type { RecoveryPlan } from '../../src/journal/recovery-plan.js';
import { interval } from './made-trial.js';

export const LEVEL_PLAN: RecoveryPlan = {
  shares: [0.5, 0.8],
  lowerShares: [0.3],
  leadS: 10,
  faultS: 20,
  leastHoldS: 60,
  windowS: 10,
  idleS: 60,
  label: 'two loads',
};

/** What the calls due in a second came to. */
export interface MadeSecond {
  readonly fast?: number;
  readonly slow?: number;
  readonly timeouts?: number;
  readonly retries?: number;
}

/** A level at 100/s: 10 s before, 20 s of fault, 70 s after it, each second as `of` says; `fast` is 20 ms, `slow` 500 ms. */
export function madeLevel(of: (t: number) => MadeSecond, more: Partial<RecoveryLevelEntry> = {}): RecoveryLevelEntry {
  const seconds = Array.from({ length: 100 }, (_, t): RecoverySecond => {
    const { fast = 0, slow = 0, timeouts = 0, retries = 0 } = of(t);
    return {
      t,
      inFlight: 2,
      cells: [
        {
          tool: 'a',
          endpoint: 'e',
          offered: 100,
          started: 100,
          ...(fast + slow === 0 ? {} : { ok: fast + slow, response: interval([20, fast], [500, slow]) }),
          ...(timeouts === 0 ? {} : { failed: timeouts, errors: { timeout: timeouts } }),
          ...(retries === 0 ? {} : { retries }),
        },
      ],
    };
  });
  return {
    type: 'recovery-level',
    t: 50,
    under: 'slow-dependency@store',
    share: 0.5,
    offeredRate: 100,
    searchS: 0,
    leadS: 10,
    faultS: 20,
    holdS: 70,
    drainS: 7,
    loadEndS: 100,
    tookS: 104,
    faultOnS: 10.02,
    faultOffS: 30.01,
    cameBack: true,
    seconds,
    lateness: interval([0.1, 10_000]),
    ...more,
  };
}
