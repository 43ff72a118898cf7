import { formatDuration } from '../file/units.js';
import type { FileAccess } from '../resolve/feeds.js';
import type { Report, ScenarioParts } from './scenario-parts.js';

/** A command that is missing would be found out in the middle of the load, when it is too late. */
const checkProgram = (
  { path, value }: ScenarioParts['events'][number],
  cwd: string,
  { exists, findProgram }: FileAccess,
  report: Report,
): void => {
  if (findProgram === undefined) return;
  if (!exists(cwd)) {
    report([...path, 'cwd'], `${cwd}, which does not exist`, 'a folder of this machine');
    return;
  }
  const [program = ''] = value.run;
  if (findProgram(program, cwd) !== undefined) return;
  const where = program.includes('/') ? `in ${cwd}` : 'on the PATH';
  report([...path, 'run', 0], `${JSON.stringify(program)}, which is not ${where}`, 'a program that this machine can execute', {
    hint: 'there is no shell: for a line of one write run: [sh, -c, "..."]',
  });
};

/** Events with a name each, while there is load, and with programs that can be started. */
export const checkEvents = (
  { events, loadMs }: ScenarioParts,
  path: (file: string) => string,
  files: FileAccess,
  report: Report,
): void => {
  const seen = new Map<string, number>();
  for (const event of events) {
    const { path: at, value } = event;
    checkProgram(event, path(value.cwd ?? '.'), files, report);
    const first = seen.get(value.name);
    if (first !== undefined)
      report([...at, 'name'], `the name ${JSON.stringify(value.name)} a second time`, 'a name of its own for each event', {
        hint: `first at events.${first}`,
      });
    else seen.set(value.name, Number(at.at(-1)));
    if (loadMs !== undefined && value.at >= loadMs) {
      report(
        [...at, 'at'],
        formatDuration(value.at),
        `a time before the load ends at ${formatDuration(loadMs)} (warm-up included)`,
      );
    }
  }
};
