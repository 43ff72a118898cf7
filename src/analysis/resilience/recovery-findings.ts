import type { FaultFinding } from '../../result/fault-findings.js';
import { spanText } from '../../text/figure-text.js';
import type { Evidence } from './finding-evidence.js';

/** Whether the server came back by itself, and whether the backlog explains the time it took. */
export function recoveryFindings({ figures }: Evidence): readonly FaultFinding[] {
  const { recovery, dependency } = figures;
  if (recovery === undefined)
    return [
      {
        code: 'unhealthy-before',
        level: 'note',
        text: `the SLO was missed before the fault${figures.inDoubt?.includes('before') === true ? ', maybe by the delay of this machine' : ''}, so detection and recovery are unknown`,
      },
    ];
  const { state, text, recoverS, drainAtMostS, inDoubt } = recovery;
  const doubt: readonly FaultFinding[] = [
    {
      code: 'recovery-in-doubt',
      level: 'note',
      text: `${text}; in seconds that were outside the SLO this machine delayed calls: in doubt`,
    },
  ];
  switch (state) {
    case 'survived':
      return [];
    case 'not-observed':
      return [{ code: 'recovery-not-observed', level: 'note', text: `recovery was not observed: ${text}` }];
    case 'stayed-down':
      if (inDoubt === true) return doubt;
      return [
        {
          code: 'stayed-down',
          level: 'problem',
          text: `${text}. The fault ended but the trouble stayed${drainAtMostS === undefined ? '' : `, although working off the backlog accounts for up to ${spanText(drainAtMostS)}`}: a metastable failure, or a client of ${dependency} that does not reconnect`,
          runbook: {
            taxonomy: 'availability',
            check: 'what sustains it: retries, a queue of expired work, dead connections in the pool',
            mitigate: 'shed load until it recovers; then bound queues, budget retries, validate connections',
          },
        },
      ];
    case 'recovered': {
      const slow = drainAtMostS !== undefined && recoverS !== undefined && recoverS > Math.max(3, 3 * drainAtMostS);
      if (slow && inDoubt === true) return doubt;
      const drain =
        drainAtMostS === undefined || drainAtMostS === 0
          ? ''
          : `; working off the backlog accounts for up to ${spanText(drainAtMostS)}`;
      return [
        slow
          ? {
              code: 'slow-recovery',
              level: 'problem',
              text: `${text}${drain}: something else held it back`,
              runbook: {
                taxonomy: 'availability',
                check: 'reconnect pauses, breaker half-open times, queued work that had expired',
                mitigate: 'shorten the pauses, and drop work whose caller is gone',
              },
            }
          : { code: 'recovered', level: 'good', text: `${text}${drain}` },
      ];
    }
  }
}
