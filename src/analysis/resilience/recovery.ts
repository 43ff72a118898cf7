import type { Recovery } from '../../result/fault-findings.js';
import { spanText } from '../../text/figure-text.js';
import { outsideSlo, type WindowSlo } from './inside-slo.js';
import type { SecondRecord } from './second-record.js';

/** Calls that a window should hold, so that one slow call does not decide; and its bounds in seconds. */
const WINDOW_CALLS = 20;
const SHORTEST_WINDOW_S = 3;
const LONGEST_WINDOW_S = 10;

/** Length of the window for a rate: three seconds, more where calls are rare. */
export const windowLengthS = (offeredPerS: number): number =>
  Math.min(
    LONGEST_WINDOW_S,
    Math.max(SHORTEST_WINDOW_S, offeredPerS > 0 ? Math.ceil(WINDOW_CALLS / offeredPerS) : LONGEST_WINDOW_S),
  );

export interface FaultTimes {
  readonly startS: number;
  /** Absent when nothing says that it was taken back. */
  readonly removedAtS?: number;
  /** When watching ends: the load's end, or the start of the next fault. */
  readonly watchedUntilS: number;
  /** Why watching ends there, in words. */
  readonly watchEnd: string;
  /** Another fault was on when this one was taken back. */
  readonly otherFault?: string;
  /** Whether this machine may have made what a second shows. */
  readonly isInDoubt: (second: number) => boolean;
}

/** The first second outside the SLO from the start of a fault on, with the reason. */
export function detection(
  record: SecondRecord,
  slo: WindowSlo,
  startS: number,
  untilS: number,
): { readonly detectS: number; readonly detectedBy: string } | undefined {
  for (let t = Math.floor(startS); t < Math.min(untilS, record.length); t++) {
    const why = outsideSlo(record.window(t, t + 1), slo);
    if (why !== undefined) return { detectS: round(t + 1 - startS), detectedBy: why };
  }
  return undefined;
}

/**
 * Time to recover: from the end of the fault to the first second from which a whole window lies inside the SLO (definition after
 * the resilience metrics of the SRE literature: the fault lifted to the first stretch of good service). Pure.
 */
export function recoveryOf(
  record: SecondRecord,
  slo: WindowSlo,
  times: FaultTimes,
  windowS: number,
  wasOutside: boolean,
): Recovery {
  const { removedAtS, watchedUntilS, watchEnd, otherFault, isInDoubt } = times;
  if (removedAtS === undefined)
    return { state: 'not-observed', windowS, text: 'the end of the fault was not recorded, so recovery cannot be timed' };
  if (otherFault !== undefined)
    return { state: 'not-observed', windowS, text: `${otherFault} was still on when this fault ended` };
  const watchedS = round(Math.max(0, watchedUntilS - removedAtS));
  let disturbed = false;
  for (let t = Math.floor(removedAtS); t + windowS <= watchedUntilS + 1e-9; t++) {
    if (outsideSlo(record.window(t, t + windowS), slo) !== undefined) {
      for (let second = t; second < t + windowS; second++)
        disturbed ||= outsideSlo(record.window(second, second + 1), slo) !== undefined && isInDoubt(second);
      continue;
    }
    const recoverS = round(Math.max(0, t - removedAtS));
    return wasOutside
      ? {
          state: 'recovered',
          recoverS,
          windowS,
          watchedS,
          ...(disturbed ? { inDoubt: true } : {}),
          text: `recovered ${spanText(recoverS)} after the fault ended (inside the SLO for ${windowS} s)`,
        }
      : { state: 'survived', recoverS: 0, windowS, watchedS, text: 'the SLO was met while the fault was on and after it' };
  }
  const last = outsideSlo(record.window(Math.floor(watchedUntilS) - windowS, Math.floor(watchedUntilS)), slo);
  return watchedS >= windowS
    ? {
        state: 'stayed-down',
        windowS,
        watchedS,
        ...(disturbed ? { inDoubt: true } : {}),
        text: `still outside the SLO ${spanText(watchedS)} after the fault ended${last === undefined ? '' : ` (last: ${last})`}; then ${watchEnd}`,
      }
    : {
        state: 'not-observed',
        windowS,
        watchedS,
        text: `${watchEnd} ${spanText(watchedS)} after the fault ended, too soon for a window of ${windowS} s`,
      };
}

const round = (valueS: number): number => Number(valueS.toFixed(3));
