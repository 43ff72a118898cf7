import { existsSync } from 'node:fs';
import { type Problem, ScenarioProblems } from '../scenario/file/problem.js';
import { formatPath } from '../scenario/file/yaml-tree.js';
import { findProgram } from '../scenario/find-program.js';
import type { LoadedScenario } from '../scenario/parse-scenario.js';

/**
 * An event whose command is not there would be found out in the middle of the load, when it is too late.
 * @throws ScenarioProblems (exit code 2) with every folder and program that is missing on this machine, each at its place.
 */
export function refuseMissingEvents({ scenario, redactor, path: file, placeOf }: LoadedScenario): void {
  const problems = (scenario.events ?? []).flatMap(({ command: [program = ''], cwd }, index): readonly Problem[] => {
    if (!existsSync(cwd)) {
      const path = ['events', index, 'cwd'];
      return [
        {
          place: placeOf(path),
          path: formatPath(path),
          found: `${cwd}, which is not there`,
          accepted: 'a folder of this machine',
        },
      ];
    }
    if (findProgram(program, cwd) !== undefined) return [];
    const path = ['events', index, 'run', 0];
    const where = program.includes('/') ? `in ${cwd}` : 'on the PATH';
    return [
      {
        place: placeOf(path),
        path: formatPath(path),
        found: redactor.redact(`${JSON.stringify(program)}, which is not ${where}`),
        accepted: 'a program that this machine can execute',
        hint: 'there is no shell: for a line of one write run: [sh, -c, "..."]',
      },
    ];
  });
  if (problems.length > 0) throw new ScenarioProblems(file, problems);
}
