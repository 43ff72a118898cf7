import type { TrialEntry, TrialNoise } from '../../journal/trial-entry.js';
import type { LiveTally } from '../../load/live-tally.js';
import type { AbortLimits } from './abort-limits.js';
import type { TrialRecorder } from './trial-recorder.js';

/**
 * What a call may have been shifted by at most, milliseconds, so that it counts as over a limit while it is still in flight: it has to be as
 * much older.
 */
const SHIFTS_MS = [0, 10, 1000] as const;

/** Ages at which calls in flight are counted, milliseconds: for each limit one for each of the shifts. */
export const agesOf = ({ over }: AbortLimits): readonly { readonly ms: number; readonly tool?: string }[] =>
  over.flatMap(({ limitUs, tool }) =>
    SHIFTS_MS.map((shiftMs) => ({ ms: limitUs / 1000 + shiftMs, ...(tool === undefined ? {} : { tool }) })),
  );

/**
 * Which rule ends the trial now. A miss ends it only when it is certain after each call was shortened by what this machine may have added to
 * it; while it is not, more calls can make it so.
 * @param noiseSoFar asked only where a miss is likely
 */
export function reasonToStop(
  limits: AbortLimits,
  recorder: Pick<TrialRecorder, 'givenUp' | 'overSoFar' | 'failedSoFar'>,
  tallies: readonly LiveTally[],
  noiseSoFar: () => TrialNoise | undefined,
): NonNullable<TrialEntry['stopped']> | undefined {
  if (recorder.givenUp > limits.givenUp) return 'late';
  const sumOf = (figureOf: (tally: LiveTally) => number): number => tallies.reduce((sum, tally) => sum + figureOf(tally), 0);
  if (sumOf(({ inFlight }) => inFlight) > limits.inFlight) return 'in-flight';
  const olderBy = (rule: number, shift: number): number => sumOf(({ older }) => older[rule * SHIFTS_MS.length + shift] ?? 0);
  /** Certain misses among the calls in flight. */
  const stillOver = (rule: number, { largestShiftUs }: TrialNoise): number => {
    const shift = largestShiftUs === null ? -1 : SHIFTS_MS.findIndex((shiftMs) => shiftMs * 1000 >= largestShiftUs);
    return shift < 0 ? 0 : olderBy(rule, shift);
  };
  const isCertain = (name: string, allowed: number, rule?: number): boolean => {
    const noise = noiseSoFar();
    if (noise === undefined || noise.view === 'none') return true;
    return (noise.certainOver[name] ?? 0) + (rule === undefined ? 0 : stillOver(rule, noise)) > allowed;
  };
  const over = limits.over.some(
    (rule, at) =>
      recorder.overSoFar(rule.limitUs, rule) + olderBy(at, 0) > rule.allowed && isCertain(rule.name, rule.allowed, at),
  );
  const failed = limits.failed.some((rule) => recorder.failedSoFar(rule) > rule.allowed && isCertain(rule.name, rule.allowed));
  return over || failed ? 'over' : undefined;
}
