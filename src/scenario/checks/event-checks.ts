import { formatDuration } from '../file/units.js';
import type { Report, ScenarioParts } from './scenario-parts.js';

/** Events that can be told apart, and that happen while there is load. */
export const checkEvents = ({ events, loadMs }: ScenarioParts, report: Report): void => {
  const seen = new Map<string, number>();
  for (const { path, value } of events) {
    const first = seen.get(value.name);
    if (first !== undefined)
      report([...path, 'name'], `the name ${JSON.stringify(value.name)} a second time`, 'a name of its own for each event', {
        hint: `first at events.${first}`,
      });
    else seen.set(value.name, Number(path.at(-1)));
    if (loadMs !== undefined && value.at >= loadMs) {
      report(
        [...path, 'at'],
        formatDuration(value.at),
        `a time before the load ends at ${formatDuration(loadMs)} (warm-up included)`,
      );
    }
  }
};
