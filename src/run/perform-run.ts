import type { Environment } from '../environment/environment.js';
import type { ScenarioEvents } from '../environment/scenario-events.js';
import { judgedBaseline } from '../judge/saved-baseline.js';
import type { Segment } from '../scenario/plan/segment.js';
import type { ScenarioEvent } from '../scenario/scenario.js';
import type { FinishedRun } from './finish-run.js';
import { recordDrive } from './record-drive.js';
import { type Ending, RunSession, type SessionParts, type SessionRequest, type SessionWatcher } from './run-session.js';

/** The parts with sockets, files and threads, as a run uses them; tests put others in their place. */
export interface RunParts extends SessionParts {
  openEvents(events: readonly ScenarioEvent[], redact: (text: string) => string): ScenarioEvents;
}

export interface RunRequest extends SessionRequest {
  readonly timeline: readonly Segment[];
}

/** Told while a run goes on. */
export interface RunWatcher extends SessionWatcher {
  onOpened?(environment: Environment): void;
  onStart?(startedAtMs: number): void;
  /** The load has ended and everything is closed; reports follow. */
  onDriven?(ending: Ending): void;
}

/**
 * One run from an open scenario to its reports: folder, environment, one drive, journal, result. The environment is closed however it ends.
 * @throws PlimsollError: 2 for a baseline that cannot be read, 2 and 8 for the folder, 6 when the target cannot be loaded, 130 and 143 when stopped before the load started,
 * 8 when the disk was full (the load is then stopped and the server too; reports are written as far as the disk takes them).
 */
export async function performRun(request: RunRequest, parts: RunParts, watcher: RunWatcher): Promise<FinishedRun> {
  const { scenario, redactor } = request.loaded;
  const { timeline } = request;
  // Read before anything is started: a run that cannot be judged as asked is not worth its load.
  const baseline = judgedBaseline(scenario.baseline);
  const session = await RunSession.open(request, parts, watcher);
  let events: ScenarioEvents | undefined;
  try {
    if (scenario.events !== undefined) events = parts.openEvents(scenario.events, redactor.redact);
    watcher.onOpened?.(session.environment);
    const own = {
      ...(baseline === undefined ? {} : { baseline }),
      ...(scenario.abort === undefined ? {} : { abort: scenario.abort }),
      ...(scenario.faults.length === 0 ? {} : { recoveryWithinS: scenario.recovery.withinMs / 1000 }),
    };
    const onStart = (startedAtMs: number): void => watcher.onStart?.(startedAtMs);
    await session.waitForQuiet();
    await session.record(() => recordDrive(session, { scenario, timeline, own, events, onStart }));
  } finally {
    events?.close();
    await session.close();
  }
  watcher.onDriven?.(session.ending ?? { reason: 'completed' });
  return session.finish();
}
