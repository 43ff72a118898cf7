import { smallestJudgedLimitUs } from '../analysis/smallest-limit.js';
import type { CarriedEvents, ScenarioEvents } from '../environment/scenario-events.js';
import type { JournalEntry } from '../journal/journal-entry.js';
import type { Segment } from '../scenario/plan/segment.js';
import type { Scenario } from '../scenario/scenario.js';
import { AbortRule } from './abort-rule.js';
import { onAborted } from './on-aborted.js';
import type { LoadEnd, OwnStart, RunSession } from './run-session.js';

export interface DriveOrder {
  readonly scenario: Scenario;
  readonly timeline: readonly Segment[];
  /** What the first entry holds beside the timeline. */
  readonly own: Omit<OwnStart, 'timeline'>;
  /** Where the scenario has events. */
  readonly events?: ScenarioEvents | undefined;
  readonly onStart?: ((startedAtMs: number) => void) | undefined;
}

/**
 * The load of a run: one drive, every entry of it kept. It drains when it is ended early, and when the abort rule of the scenario holds;
 * it stops at once when the journal cannot be written any more: load that leaves no trace is of no use to anyone.
 */
export async function recordDrive(session: RunSession, order: DriveOrder): Promise<LoadEnd> {
  const { scenario, timeline, own, events } = order;
  const abortRule = scenario.abort === undefined ? undefined : new AbortRule(scenario.abort);
  let carried: CarriedEvents | undefined;
  const hear = (entry: JournalEntry): void => {
    session.write(entry);
    const why = entry.type === 'second' || entry.type === 'delay' ? abortRule?.add(entry) : undefined;
    if (why !== undefined) session.end({ reason: 'aborted', text: why });
  };
  const keepAboveUs = smallestJudgedLimitUs(scenario.slo, own.baseline?.limits);
  const drive = session.environment.drive(scenario, timeline, hear, { keepAboveUs });
  session.begin(drive, { timeline, ...own });
  order.onStart?.(drive.startedAtMs);
  carried = events?.carry(drive.startedAtMs, session.write);
  const off = onAborted(session.ended, () => {
    const { reason } = session.ending ?? {};
    void carried?.stop();
    drive.stop(reason === 'disk-full' ? 'at once' : 'drain', reason === 'aborted' ? 'aborted' : 'stopped');
  });
  try {
    const { endedS, counters } = await drive.ended;
    return { endedS, warnings: counters.warnings };
  } finally {
    off();
    await carried?.stop();
  }
}
