import type { PortRange } from '../faults/ephemeral-range.js';
import type { Fault } from '../faults/fault.js';
import { planFault, toggledBy, type WrittenFault } from '../faults/fault-plan.js';
import { heldFault } from '../faults/held-fault.js';
import { didYouMean } from '../file/nearest.js';
import { formatDuration } from '../file/units.js';
import { writtenFault } from '../resolve/resolve.js';
import type { FaultPart, Report, ScenarioParts } from './scenario-parts.js';

const among = (names: readonly string[]): string =>
  names.length === 0 ? 'an entry of dependencies (there is none)' : names.join(', ');

/** Two dependencies on one address, or one in front of itself. */
const checkDependencies = ({ dependencies }: ScenarioParts, report: Report): void => {
  const listens = new Map<string, string>();
  for (const { name, path, value } of dependencies) {
    const other = listens.get(value.listen);
    if (other !== undefined)
      report([...path, 'listen'], `${value.listen}, where ${other} listens already`, 'an address of its own for each dependency');
    listens.set(value.listen, name);
    if (value.listen === value.upstream)
      report([...path, 'upstream'], 'the address it listens on', 'the address of the real dependency');
  }
};

const checkTime = ({ path, value }: FaultPart, { loadMs }: ScenarioParts, report: Report): void => {
  if (loadMs === undefined || value.at < loadMs) return;
  report(
    [...path, 'at'],
    formatDuration(value.at),
    `a time before the load ends at ${formatDuration(loadMs)} (warm-up included)`,
  );
};

/** What one fault names: a dependency, and either a recipe with parameters or toxics. @returns its steps; none where they are wrong */
const checkFault = ({ path, value, raw, incomplete }: FaultPart, { names }: ScenarioParts, report: Report): Fault['steps'] => {
  const { dependency, inject, toxics } = value;
  if (!names.dependencies.includes(dependency)) {
    report([...path, 'dependency'], JSON.stringify(dependency), among(names.dependencies), {
      hint: didYouMean(dependency, names.dependencies),
    });
  }
  if (inject !== undefined && toxics !== undefined)
    report([...path, 'toxics'], 'toxics together with inject', 'inject (a recipe) or toxics', { key: true });
  if (inject === undefined && toxics === undefined && !incomplete)
    report(path, 'a fault with neither inject nor toxics', 'inject (a recipe) or toxics');
  if (raw.inject === undefined && raw.with !== undefined)
    report([...path, 'with'], 'with together with toxics', 'with belongs to inject; toxics have attributes', { key: true });
  const { steps, problems } = planFault(writtenFault(value));
  for (const problem of problems) report([...path, ...problem.path], problem.found, problem.accepted, problem);
  const other = value.with?.other;
  const others = names.dependencies.filter((name) => name !== dependency);
  if (problems.length > 0 || typeof other !== 'string' || others.includes(other)) return steps;
  report(
    [...path, 'with', 'other'],
    JSON.stringify(other),
    others.length === 0 ? 'another dependency (there is none)' : others.join(', '),
    { hint: didYouMean(other, others) },
  );
  return [];
};

interface CheckedFault {
  readonly part: FaultPart;
  readonly steps: Fault['steps'];
}

/** Two faults that switch one proxy at the same time would each undo what the other did. */
const checkOverlaps = (faults: readonly CheckedFault[], report: Report): void =>
  faults.forEach((later, index) => {
    const { at, for: lengthMs } = later.part.value;
    for (const earlier of faults.slice(0, index)) {
      const { value, path } = earlier.part;
      if (at >= value.at + value.for || value.at >= at + lengthMs) continue;
      const both = [...toggledBy(later)].find((dependency) => toggledBy(earlier).has(dependency));
      if (both === undefined) continue;
      report(
        [...later.part.path, 'at'],
        `${formatDuration(at)}, while ${path.join('.')} (${value.inject ?? 'toxics'}) switches ${both} as well, until ${formatDuration(value.at + value.for)}`,
        'faults that switch a dependency one after the other',
      );
    }
  });

/** A proxy that is taken down might not get a port of the system's own range back. */
const checkPorts = (
  toggled: ReadonlySet<string>,
  { dependencies }: ScenarioParts,
  ephemeral: () => PortRange,
  report: Report,
): void => {
  for (const { name, path, value } of dependencies) {
    if (!toggled.has(name)) continue;
    const { first, last } = ephemeral();
    const port = Number(value.listen.slice(value.listen.lastIndexOf(':') + 1));
    if (port < first || port > last) continue;
    report(
      [...path, 'listen'],
      `port ${port}, which a fault takes down and up again`,
      `a port outside ${first} to ${last}, which the system gives to others`,
    );
  }
};

/** What a capacity search runs under. @returns the steps of its faults */
const checkUnder = ({ under = [], faults, names }: ScenarioParts, report: Report): readonly Fault['steps'][] => {
  const written: WrittenFault[] = [];
  for (const { path, value, incomplete } of faults) if (!incomplete) written[Number(path.at(-1))] = writtenFault(value);
  return under.flatMap((entry, index): readonly Fault['steps'][] => {
    const path = ['capacity', 'under', index];
    if (under.indexOf(entry) < index) report(path, `${JSON.stringify(entry)} a second time`, 'each entry once');
    if (entry === 'none' || under.indexOf(entry) < index) return [];
    const { fault, matching } = heldFault(entry, written);
    if (!names.dependencies.includes(fault.dependency)) {
      report(path, JSON.stringify(entry), `recipe@dependency, with a dependency among: ${among(names.dependencies)}`, {
        hint: didYouMean(fault.dependency, names.dependencies),
      });
    }
    const { steps, problems } = planFault(fault);
    // What is wrong with the parameters of an entry of `faults` is reported there.
    if (matching.length === 1) return [steps];
    for (const { path: below, found, accepted, hint } of problems) {
      if (below[0] === 'inject')
        report(path, JSON.stringify(entry), `recipe@dependency, with a recipe among: ${accepted}`, { hint });
      else
        report(path, `${JSON.stringify(entry)} with ${below.slice(1).join('.')} = ${found}`, accepted, {
          hint: 'parameters come from the one entry of faults with the same recipe and dependency',
        });
    }
    return [steps];
  });
};

/**
 * Dependencies that can be distinguished, and faults that can be carried out: recipes, parameters, toxics, times.
 * @param ephemeral ports from which a proxy that is taken down might not get its own back
 */
export const checkFaults = (parts: ScenarioParts, ephemeral: () => PortRange, report: Report): void => {
  checkDependencies(parts, report);
  const checked = parts.faults.map((part): CheckedFault => ({ part, steps: checkFault(part, parts, report) }));
  const timed = checked.filter(({ part }) => part.timed);
  for (const { part } of timed) checkTime(part, parts, report);
  checkOverlaps(timed, report);
  const held = checkUnder(parts, report);
  const toggled = [...checked.map(({ steps }) => steps), ...held].flatMap((steps) => [...toggledBy({ steps })]);
  checkPorts(new Set(toggled), parts, ephemeral, report);
};
