import { nearest } from '../file/nearest.js';
import { formatDuration } from '../file/units.js';
import type { Report, ScenarioParts } from './scenario-parts.js';

const among = (names: readonly string[]): string =>
  names.length === 0 ? 'an entry of dependencies (there is none)' : names.join(', ');

const hintFor = (found: string, names: readonly string[]): string | undefined => {
  const near = nearest(found, names);
  return near === undefined ? undefined : `did you mean "${near}"?`;
};

/** Dependencies that can be told apart, and faults that name one and happen while there is load. */
export const checkFaults = ({ dependencies, faults, capacity, names, loadMs }: ScenarioParts, report: Report): void => {
  const listens = new Map<string, string>();
  for (const { name, path, value } of dependencies) {
    const other = listens.get(value.listen);
    if (other !== undefined)
      report([...path, 'listen'], `${value.listen}, where ${other} listens already`, 'an address of its own for each dependency');
    listens.set(value.listen, name);
    if (value.listen === value.upstream)
      report([...path, 'upstream'], 'the address it listens on', 'the address of the real dependency');
  }
  for (const { path, value, raw } of faults) {
    if (!names.dependencies.includes(value.dependency)) {
      report([...path, 'dependency'], JSON.stringify(value.dependency), among(names.dependencies), {
        hint: hintFor(value.dependency, names.dependencies),
      });
    }
    if (value.inject !== undefined && value.toxics !== undefined)
      report([...path, 'toxics'], 'toxics beside inject', 'inject (a recipe) or toxics', { key: true });
    if (value.inject === undefined && value.toxics === undefined)
      report(path, 'a fault with neither inject nor toxics', 'inject (a recipe) or toxics');
    if (value.inject === undefined && raw.with !== undefined)
      report([...path, 'with'], 'with beside toxics', 'with belongs to inject; toxics have attributes', { key: true });
    if (loadMs !== undefined && value.at >= loadMs) {
      report(
        [...path, 'at'],
        formatDuration(value.at),
        `a time before the load ends at ${formatDuration(loadMs)} (warm-up included)`,
      );
    }
  }
  capacity?.value.under.forEach((entry, index) => {
    const dependency = entry.slice(entry.indexOf('@') + 1);
    if (entry === 'none' || names.dependencies.includes(dependency)) return;
    report(
      ['capacity', 'under', index],
      JSON.stringify(entry),
      `recipe@dependency, with a dependency among: ${among(names.dependencies)}`,
      {
        hint: hintFor(dependency, names.dependencies),
      },
    );
  });
};
