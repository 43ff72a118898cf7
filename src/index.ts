import type { RepeatedRunOptions, RunOutcome } from './api/outcome.js';
import { type GateOptions, performOrderedGate, performScenario, performSearch, type SearchOptions } from './api/perform.js';
import { reportsAgain, type Sizing, type SizingPlan, savedResult, sizeSaved } from './api/saved.js';
import { checkScenario, type LoadScenarioOptions, readScenario, type Scenario } from './api/scenario.js';
import type { Result } from './result/result.js';

export type { RepeatedRunOptions, RunOptions, RunOutcome } from './api/outcome.js';
export type { GateOptions, SearchOptions } from './api/perform.js';
export type { Progress } from './api/progress.js';
export type { Sizing, SizingPlan } from './api/saved.js';
export type { LoadScenarioOptions, Scenario } from './api/scenario.js';
export type { ErrorCode } from './errors/error-code.js';
export type { ExitCode } from './errors/exit-codes.js';
export { PlimsollError } from './errors/plimsoll-error.js';
export type { Place, Problem } from './errors/problem.js';
export type { Result } from './result/result.js';

/**
 * Checks a scenario that a program holds. The object has the keys and values of a scenario file (durations and rates as text, `plimsoll: 1` and
 * `name` among them), `${VAR}` and `${secret:VAR}` are read from the environment, and relative paths start from the working folder. Synchronous; nothing is
 * started.
 * @returns a frozen copy of the object, ready for `run` and `searchCapacity`
 * @throws PlimsollError `SCENARIO` (exit code 2) with everything that is wrong in `problems`, each by its path
 */
export function defineScenario(scenario: Scenario): Scenario {
  return checkScenario(scenario);
}

/**
 * Reads and checks a scenario file: YAML, or a module (`load.mjs`; `load.ts` from Node 22.18 on) whose default export is the scenario as an object. Relative
 * paths in it start from its folder.
 * @returns a frozen object with the overrides and the overlay in it, ready for `run` and `searchCapacity`
 * @throws PlimsollError `SCENARIO` (exit code 2) with everything that is wrong in `problems`, in YAML with line and column
 */
export async function loadScenario(path: string, options: LoadScenarioOptions = {}): Promise<Scenario> {
  return readScenario(path, options);
}

/**
 * Drives the load of a scenario, injects its faults, judges the run and writes its folder, as `plimsoll run` does. It prints nothing, takes no
 * signals of the process and never ends it. Hosts other than this machine have to be named in `target.allow`. `TOXIPROXY_URL` names a
 * Toxiproxy that carries the faults.
 *
 * Resolves whatever the verdict is: with the exit codes 0, 3, 4 and 5, with 130 when `signal` stopped it, and with 6, 7 and 8 when the target, the
 * fault engine or this machine failed once load had begun.
 * @throws PlimsollError before load began: `SCENARIO`, `HOST_NOT_ALLOWED` and `USAGE` (2), `TARGET` (6), `FAULT_ENGINE` (7), `MACHINE` (8), `INTERRUPTED` (130); `BUSY` (2)
 * while another run or search goes on in this process
 */
export async function run(scenario: Scenario, options: RepeatedRunOptions = {}): Promise<RunOutcome> {
  return performScenario(scenario, options);
}

/**
 * Finds the highest rate that meets the SLO, healthy and under the faults of `capacity.under`, and sizes for it, as `plimsoll capacity` does. Otherwise
 * like `run`; `result.capacity` is the answer. It takes minutes: see `capacity.budget`.
 * @throws PlimsollError as `run`
 */
export async function searchCapacity(scenario: Scenario, options: SearchOptions = {}): Promise<RunOutcome> {
  return performSearch(scenario, options);
}

/**
 * Tells whether a new build is slower, fails more often or needs more CPU than another, as `plimsoll gate` does: both are started afresh in each pair
 * and get the same load by turns. Otherwise like `run`; `result.gate` is the answer, and exit code 4 says that it is worse. It takes minutes: see
 * `gate.budget`.
 * @throws PlimsollError as `run`; `INCONCLUSIVE` (5) where the baseline is not there, does not build or does not start
 */
export async function gate(scenario: Scenario, options: GateOptions = {}): Promise<RunOutcome> {
  return performOrderedGate(scenario, options);
}

/**
 * Sizes again from a saved capacity search, with other inputs: `size(folder, { peak: '2000/s', zones: 3 })`. No traffic.
 * @param search a run folder, the path of a result.json, or a result
 * @param plan keys of `capacity` of a scenario; they take the place of those of the search
 * @returns the sizing; its `instances` is null where the plan does not fit
 * @throws PlimsollError `USAGE` or `SCENARIO` (2) for what cannot be read or contradicts itself, `SLO_MISSED` (3) where no rate met the SLO
 */
export function size(search: string | Result, plan: SizingPlan = {}): Sizing {
  return sizeSaved(search, plan);
}

/**
 * Reads the result of a run.
 * @param path a run folder, or the path of a result.json
 * @throws PlimsollError `USAGE` (2) where there is none, or one of another version
 */
export function readResult(path: string): Result {
  return savedResult(path);
}

/**
 * Makes result and reports again from the journal in a run folder, also of a run that was cut short.
 * @throws PlimsollError `USAGE` (2) for a folder without a journal, `MACHINE` (8) where the files cannot be written
 */
export async function writeReports(folder: string): Promise<RunOutcome> {
  return reportsAgain(folder);
}
