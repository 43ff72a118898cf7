import type { JournalEntry } from '../../journal/journal-entry.js';
import type { FinishedRun } from '../finish-run.js';
import { RunSession } from '../run-session.js';
import type { CapacityParts, CapacityRequest, CapacityWatcher } from './capacity-request.js';
import { searchAll } from './search-all.js';
import { beginSearch } from './search-context.js';

/**
 * The searches of a capacity run on one environment, from an open scenario to its reports. The environment is closed however it ends.
 * @throws PlimsollError: 2 and 8 for the folder, 6 when the target cannot be loaded, 7 when a fault cannot be put in force, 130 and 143 when
 * stopped before anything was measured, 8 when the disk was full.
 */
export async function performCapacity(
  request: CapacityRequest,
  parts: CapacityParts,
  watcher: CapacityWatcher,
): Promise<FinishedRun> {
  let generatorRate: number | undefined;
  const onEntry = (entry: JournalEntry): void => {
    if (entry.type !== 'note') return;
    if (entry.level !== 'info') watcher.onNote?.(entry.level, entry.text);
    // Nothing that is measured from here on would be what was asked for.
    if (entry.code === 'fault-engine-lost') session.end({ reason: 'failed', text: entry.text });
  };
  const session = await RunSession.open(
    request,
    parts,
    { onFolder: (folder) => watcher.onFolder?.(folder), onStep: (text) => watcher.onStep?.(text), onEntry },
    async () => {
      generatorRate = await parts.calibrate((text) => watcher.onStep?.(text));
    },
  );
  try {
    await session.waitForQuiet();
    await session.record(async () => {
      await searchAll(beginSearch(session, request, parts, watcher, generatorRate));
      return undefined;
    });
  } finally {
    await session.close();
  }
  return session.finish();
}
