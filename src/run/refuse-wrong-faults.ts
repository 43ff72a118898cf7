import { ephemeralRange } from '../scenario/faults/ephemeral-range.js';
import { planFaults } from '../scenario/faults/fault-plan.js';
import { ScenarioProblems } from '../scenario/file/problem.js';
import { formatPath } from '../scenario/file/yaml-tree.js';
import type { LoadedScenario } from '../scenario/parse-scenario.js';

/** @throws ScenarioProblems (exit code 2) with everything that is wrong with recipes, toxics and their times, each at its place. */
export function refuseWrongFaults({ scenario, redactor, path: file, placeOf }: LoadedScenario): void {
  const { problems } = planFaults(scenario, ephemeralRange());
  if (problems.length === 0) return;
  throw new ScenarioProblems(
    file,
    problems.map(({ path, ...words }) => ({ ...redactor.redactData(words), path: formatPath(path), place: placeOf(path) })),
  );
}
