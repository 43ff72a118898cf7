import type { TrialVerdict } from '../../capacity/search/trial-verdict.js';
import type { TrialEntry } from '../../journal/trial-entry.js';
import type { CapacityWatcher } from '../../run/capacity/capacity-request.js';
import { clockText, countText, rateText, spanText } from '../../text/figure-text.js';
import type { Console } from '../console.js';
import { type Spoken, spokenSession } from '../spoken-session.js';

/** Says on stderr what a capacity search is doing, a line for each trial; with `quiet` only what is wrong. */
export function capacityWatcher(console: Console, quiet: boolean, budgetS: number): Spoken<CapacityWatcher> {
  const { say, told } = spokenSession(console, quiet);
  return {
    ...told,
    onTrial: (entry, verdict) => say(trialLine(entry, verdict, budgetS)),
    onPoint: ({ callers, ok, measuredS }) => say(`sweep  ${countText(callers, 'caller')}  ${rateText(ok / measuredS)}`),
    onLevel: ({ under, offeredRate }, { outcome, reason }) => say(`${under}  ${rateText(offeredRate)}  ${outcome}  ${reason}`),
    onSearchEnd: (under, ending, reason, tookS) => say(`${under}: ${ending} after ${clockText(tookS)}: ${reason}`),
  };
}

/** One line about a trial: when it began, in the time of the search, what it was, how it ended and why. */
function trialLine(entry: TrialEntry, verdict: TrialVerdict | undefined, budgetS: number): string {
  const { purpose, offeredRate, measuredS, searchS, under } = entry;
  const outcome = verdict?.outcome ?? (purpose === 'warm-up' ? 'done' : 'cut short');
  return [
    `${clockText(searchS)}/${clockText(budgetS)}`,
    under,
    purpose.padEnd(7),
    rateText(offeredRate).padStart(8),
    spanText(measuredS).padStart(6),
    outcome.padEnd(12),
    verdict?.reason ?? '',
  ]
    .join('  ')
    .trimEnd();
}
