import type { RecoveryLevelEntry } from '../journal/recovery-entry.js';
import type { TrialEntry } from '../journal/trial-entry.js';
import type { Segment } from '../scenario/plan/segment.js';
import { givenRateText } from '../text/figure-text.js';

const rateOf = ({ offeredRate }: TrialEntry | RecoveryLevelEntry): string => givenRateText(offeredRate);

/**
 * A trial is a segment of its own, with the figures of its measured window.
 * @param number of the trial, from 1
 */
export function trialSegment(entry: TrialEntry, id: number, number: number): Segment {
  const name = `${number} ${entry.under}: ${entry.purpose} at ${rateOf(entry)}`;
  const kind = entry.purpose === 'warm-up' ? 'warm-up' : entry.under === 'none' ? 'steady' : 'fault';
  const startS = entry.t + entry.settleS;
  return { id, name, phase: name, kind, startS, endS: startS + entry.measuredS, faults: [] };
}

/** A load held around a fault is a segment of its own too. */
export function levelSegment(entry: RecoveryLevelEntry, id: number): Segment {
  const name = `recovery under ${entry.under} at ${rateOf(entry)}`;
  return { id, name, phase: name, kind: 'fault', startS: entry.t, endS: entry.t + entry.loadEndS, faults: [] };
}
