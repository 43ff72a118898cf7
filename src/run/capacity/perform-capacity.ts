import { writeFileSync } from 'node:fs';
import type { Environment } from '../../environment/environment.js';
import { EXIT, type ExitCode } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { FinishedRun } from '../finish-run.js';
import { noteLeft } from '../note-left.js';
import { createRunFolder, discardRunFolder, newRunId } from '../run-folder.js';
import { recordCapacity } from './capacity-recording.js';
import type { CapacityParts, CapacityRequest } from './capacity-request.js';
import type { CapacityWatcher } from './capacity-watcher.js';

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
  const { loaded, stop } = request;
  const { scenario, redactor } = loaded;
  const runId = newRunId(new Date());
  const folder = createRunFolder({ out: request.out, scenario: scenario.name, runId });
  writeFileSync(folder.scenario, loaded.redactedYaml);
  watcher.onFolder(folder);
  let environment: Environment;
  let generatorRate: number | undefined;
  try {
    // Before the server is up, which would share the machine with it.
    generatorRate = await parts.calibrate((text) => watcher.onStep(text));
    if (stop.aborted) throw stoppedEarly(stop);
    environment = await parts.openEnvironment(scenario, {
      onStep: (text) => watcher.onStep(text),
      serverLog: folder.serverLog,
      redactor,
      faults: { runId, intentFile: folder.faults, engine: request.toxiproxy },
      signal: stop,
    });
  } catch (error) {
    discardRunFolder(folder);
    throw stop.aborted ? stoppedEarly(stop) : error;
  }
  let journalError: Error | undefined;
  try {
    const highestRate = generatorRate === undefined ? undefined : generatorRate * environment.workers;
    const journal = parts.openJournal(folder.journal, redactor);
    journalError = await recordCapacity({ request, parts, watcher, environment, highestRate }, journal, runId);
  } finally {
    noteLeft(folder.journal, await environment.close(), redactor);
  }
  if (journalError !== undefined) {
    throw new PlimsollError(`${journalError.message}; the search was stopped`, EXIT.machine, {
      hint: `make room and run \`plimsoll report ${folder.dir}\` for the trials that were written`,
      cause: journalError,
    });
  }
  return parts.finish(folder);
}

function stoppedEarly(stop: AbortSignal): PlimsollError {
  const exitCode: ExitCode = stop.reason === 'terminated' ? EXIT.terminated : EXIT.interrupted;
  return new PlimsollError('stopped before the load started', exitCode);
}
