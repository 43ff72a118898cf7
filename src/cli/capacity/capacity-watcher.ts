import type { TrialVerdict } from '../../capacity/search/trial-verdict.js';
import type { TrialEntry } from '../../journal/trial-entry.js';
import type { CapacityWatcher } from '../../run/capacity/capacity-watcher.js';
import { countText } from '../../text/count-text.js';
import type { Console } from '../console.js';

export interface ConsoleCapacityWatcher extends Required<CapacityWatcher> {
  /** Says something whatever else is said. */
  warn(text: string): void;
}

/** Says on stderr what a capacity search is doing, a line for each trial; with `quiet` only what is wrong. */
export function capacityWatcher(console: Console, quiet: boolean, budgetS: number): ConsoleCapacityWatcher {
  const say = (text: string): void => {
    if (!quiet) console.err(text);
  };
  return {
    onFolder: ({ dir }) => say(`run folder ${dir}`),
    onStep: say,
    onNote: (level, text) => console.err(`${level}: ${text}`),
    onTrial: (entry, verdict) => say(trialLine(entry, verdict, budgetS)),
    onPoint: ({ callers, ok, measuredS }) => say(`sweep  ${countText(callers, 'caller')}  ${(ok / measuredS).toFixed(1)}/s`),
    onLevel: ({ under, offeredRate }, { outcome, reason }) =>
      say(`${under}  ${Number(offeredRate.toPrecision(4))}/s  ${outcome}  ${reason}`),
    onSearchEnd: (under, ending, reason, tookS) => say(`${under}: ${ending} after ${clock(tookS)}: ${reason}`),
    warn: (text) => console.err(text),
  };
}

/** One line about a trial: when, what, how it ended and why. */
function trialLine(entry: TrialEntry, verdict: TrialVerdict | undefined, budgetS: number): string {
  const { purpose, offeredRate, measuredS, searchS, tookS, under } = entry;
  const rate = `${Number(offeredRate.toPrecision(4))}/s`;
  const outcome = verdict?.outcome ?? (purpose === 'warm-up' ? 'done' : 'cut short');
  return [
    `${clock(searchS + tookS)}/${clock(budgetS)}`,
    under,
    purpose.padEnd(7),
    rate.padStart(8),
    `${Number(measuredS.toFixed(1))} s`.padStart(6),
    outcome.padEnd(12),
    verdict?.reason ?? '',
  ]
    .join('  ')
    .trimEnd();
}

const clock = (seconds: number): string => {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};
