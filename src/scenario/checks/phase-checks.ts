import type { Report, ScenarioParts } from './scenario-parts.js';

const RESERVED = ['fault', 'recovery', 'edge'];

/** Open or closed, one name each, bursts that are bursts. */
export const checkPhases = ({ phases }: ScenarioParts, report: Report): void => {
  const seen = new Map<string, number>();
  phases.forEach(({ path, value, incomplete }) => {
    const { name, rate, users, think, kind, warmUp } = value;
    if (rate === undefined && users === undefined && !incomplete)
      report(path, 'a phase with neither rate nor users', 'rate (open model) or users (closed model)');
    if (rate !== undefined && users !== undefined)
      report([...path, 'users'], 'users together with rate', 'rate (open model) or users (closed model)', { key: true });
    if (think !== undefined && users === undefined && !incomplete)
      report([...path, 'think'], 'think without users', 'think belongs to the closed model (users)', { key: true });
    if (kind !== undefined) {
      const ramp = rate !== undefined && rate.fromPerS !== rate.toPerS;
      const why = users !== undefined ? 'a closed phase' : ramp ? 'a ramp' : warmUp ? 'a warm-up' : undefined;
      if (why !== undefined)
        report([...path, 'kind'], `kind: burst on ${why}`, 'kind: burst on a constant rate that is judged', { key: true });
    }
    if (RESERVED.includes(name))
      report(
        [...path, 'name'],
        JSON.stringify(name),
        `another name: ${RESERVED.join(', ')} are kinds of their own in slo.during`,
      );
    const first = seen.get(name);
    if (first !== undefined)
      report([...path, 'name'], `the name ${JSON.stringify(name)} a second time`, 'a name of its own for each phase', {
        hint: `first at load.phases.${first}`,
      });
    else seen.set(name, Number(path.at(-1)));
  });
};
