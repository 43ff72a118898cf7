import type { Environment } from '../../environment/environment.js';
import type { JournalEntry } from '../../journal/journal-entry.js';
import type { TrafficEntry, TrafficKind } from '../../journal/sessions-entry.js';

/** Makes an environment whose drives are written down as what they sent, whatever is made of their figures. */
export type CountDrives = (what: TrafficKind) => Environment;

/** @param nowS seconds since the start of the run */
export const countDrives =
  (environment: Environment, write: (entry: JournalEntry) => void, nowS: () => number): CountDrives =>
  (what) => ({
    ...environment,
    drive: (scenario, timeline, onEntry, more) => {
      const sum = { calls: 0, failed: 0, opened: 0, lost: 0, replaced: 0 };
      const drive = environment.drive(
        scenario,
        timeline,
        (entry) => {
          if (entry.type === 'second') {
            const { sessionsOpened = 0, sessionsLost = 0, sessionsReplaced = 0 } = entry.generator;
            sum.opened += sessionsOpened;
            sum.lost += sessionsLost;
            sum.replaced += sessionsReplaced;
            for (const { started = 0, retries = 0, failed = 0, unfinished = 0 } of entry.cells) {
              sum.calls += started + retries;
              sum.failed += failed + unfinished;
            }
          }
          onEntry(entry);
        },
        more,
      );
      const tell = (): void => {
        const { calls, failed, ...sessions } = sum;
        const told = sessions.opened + sessions.lost + sessions.replaced > 0 ? { sessions } : {};
        write({ type: 'traffic', t: nowS(), what, calls, failed, ...told } satisfies TrafficEntry);
      };
      return { ...drive, ended: drive.ended.finally(tell) };
    },
  });
