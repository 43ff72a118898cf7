import { openEnvironment } from '../environment/open-environment.js';
import { openEvents } from '../environment/scenario-events.js';
import { JournalWriter } from '../journal/journal-writer.js';
import { finishRun } from './finish-run.js';
import type { RunParts } from './perform-run.js';
import { QuietWatch } from './quiet/quiet-watch.js';
import type { SessionParts } from './run-session.js';

/** The real parts of every kind of run. */
export const sessionParts: SessionParts = {
  openEnvironment: (scenario, options) => openEnvironment(scenario, options),
  openJournal: (path, redactor) => new JournalWriter(path, redactor),
  watchQuiet: () => new QuietWatch(),
  finish: finishRun,
};

/** The real parts of a run. */
export const runParts: RunParts = { ...sessionParts, openEvents };
