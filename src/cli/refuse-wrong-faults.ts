import { ephemeralRange } from '../faults/ephemeral-range.js';
import { planFaults } from '../faults/fault-plan.js';
import type { LoadedScenario } from '../scenario/parse-scenario.js';
import { ScenarioProblems } from '../scenario/problem.js';
import { formatPath } from '../scenario/yaml-tree.js';

/** @throws ScenarioProblems (exit code 2) with everything that is wrong with recipes, toxics and their times, each at its place. */
export function refuseWrongFaults({ scenario, redactor, path: file, placeOf }: LoadedScenario): void {
  const { problems } = planFaults(scenario, ephemeralRange());
  if (problems.length === 0) return;
  throw new ScenarioProblems(
    file,
    problems.map(({ path, ...words }) => ({ ...redactor.redactData(words), path: formatPath(path), place: placeOf(path) })),
  );
}
