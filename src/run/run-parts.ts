import { openEnvironment } from '../environment/open-environment.js';
import { openEvents } from '../environment/scenario-events.js';
import { JournalWriter } from '../journal/journal-writer.js';
import { finishRun } from './finish-run.js';
import type { RunParts } from './perform-run.js';

/** The real parts of a run. */
export const runParts: RunParts = {
  openEnvironment: (scenario, options) => openEnvironment(scenario, options),
  openEvents,
  openJournal: (path, redactor) => new JournalWriter(path, redactor),
  finish: finishRun,
};
