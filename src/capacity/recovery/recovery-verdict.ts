import { outsideSlo, type WindowSlo } from '../../analysis/resilience/inside-slo.js';
import type { SecondCounts, SecondRecord } from '../../analysis/resilience/second-record.js';
import type { RecoveryOutcome } from '../../result/recovery-figures.js';
import { shareText, spanText } from '../../text/figure-text.js';
import { DRAINS } from './recovery-plan.js';

/** What a level is judged by. Times in seconds from the start of its load. */
export interface RecoveryFacts {
  readonly record: SecondRecord;
  readonly slo: WindowSlo;
  /** When the fault was in force, and when it was lifted, as the fault agent says; absent where it did not. */
  readonly faultOnS?: number;
  readonly faultOffS?: number;
  /** When the load ended. */
  readonly loadEndS: number;
  /** Computed drain. */
  readonly drainS: number;
  /** Length of the window in which service has to be good. */
  readonly windowS: number;
  /** The load has to be held at least this long. */
  readonly leastHoldS: number;
  /** The generator could not keep to its schedule. */
  readonly late: boolean;
  readonly stopped?: 'stopped' | 'deadline' | undefined;
}

export interface RecoveryVerdict {
  readonly outcome: RecoveryOutcome;
  /** One sentence with the figures. */
  readonly reason: string;
  /** From the lift of the fault to the first second from which service was good. */
  readonly recoverS?: number;
}

/** Goodput that counts as back, of the calls due; where the SLO asks for less, that. */
const GOODPUT = 0.97;
/** A window that was good by chance does not count: over all that follows it this share of the goodput asked for has to come. */
const STAYS = 0.9;

/**
 * The verdict of one level. Back is the first second from which for a whole window goodput is at least 97 % of what was due and the SLO
 * is met (time to recover as SRE literature has it), and from which service stays.
 */
export function recoveryVerdict(facts: RecoveryFacts): RecoveryVerdict {
  const { record, slo, faultOnS, faultOffS, loadEndS, drainS, windowS, leastHoldS, late, stopped } = facts;
  if (stopped === 'stopped') return { outcome: 'cut', reason: 'stopped before its end' };
  if (faultOnS === undefined || faultOffS === undefined)
    return { outcome: 'invalid', reason: `nothing says that the fault was ${faultOnS === undefined ? 'in force' : 'lifted'}` };
  if (late)
    return { outcome: 'invalid', reason: 'the generator started calls too late: the level says nothing about the system' };
  const before = outsideSlo(record.window(1, Math.floor(faultOnS)), slo);
  if (before !== undefined) return { outcome: 'invalid', reason: `outside the SLO before the fault came: ${before}` };
  const endS = Math.floor(loadEndS);
  const heldS = loadEndS - faultOffS;
  const liftS = Math.floor(faultOffS);
  const backS = firstGood(record, slo, liftS, endS, windowS);
  if (backS === undefined) {
    const last = record.window(endS - windowS, endS);
    const left = `${spanText(Math.round(heldS))} after the fault was lifted ${shareText(goodShare(last))} of the calls due were answered in time`;
    // A second is what the times of the fault agent and of the load may differ by.
    return heldS + 1 >= Math.max(leastHoldS, DRAINS * drainS)
      ? { outcome: 'stuck', reason: left }
      : {
          outcome: 'undecided',
          reason: `${left}; the load was not held for ${spanText(Math.round(DRAINS * drainS))}, ${DRAINS} drains`,
        };
  }
  const recoverS = Math.max(0, backS - faultOffS);
  const unharmed = backS === liftS && !isHarmed(record, slo, Math.floor(faultOnS), liftS);
  if (unharmed) return { outcome: 'recovers', recoverS: 0, reason: 'the SLO was met while the fault was on and after it' };
  const reason = `back ${spanText(Math.round(recoverS))} after the fault was lifted; ${spanText(Math.round(drainS))} is the computed drain`;
  return { outcome: recoverS <= Math.max(windowS, DRAINS * drainS) ? 'recovers' : 'slow', recoverS, reason };
}

function firstGood(record: SecondRecord, slo: WindowSlo, fromS: number, endS: number, windowS: number): number | undefined {
  const wanted = Math.min(GOODPUT, slo.success ?? 1);
  for (let t = fromS; t + windowS <= endS; t++) {
    const window = record.window(t, t + windowS);
    if (window.ok < wanted * window.offered || outsideSlo(window, slo) !== undefined) continue;
    const rest = record.window(t, endS);
    if (inTime(rest) >= STAYS * wanted * rest.offered) return t;
  }
  return undefined;
}

function isHarmed(record: SecondRecord, slo: WindowSlo, fromS: number, toS: number): boolean {
  for (let t = fromS; t < toS; t++) if (outsideSlo(record.window(t, t + 1), slo) !== undefined) return true;
  return false;
}

/** Successes within the longest of the latency limits. */
const inTime = ({ ok, over }: SecondCounts): number => ok - (over.length === 0 ? 0 : Math.min(...over));

/** Share of the calls due in a window that were answered in time in it, 0..1; more come back than were due while a queue drains. */
export const goodShare = (window: SecondCounts): number =>
  window.offered === 0 ? 0 : Math.min(1, Math.max(0, inTime(window) / window.offered));
