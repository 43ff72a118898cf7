import { machineDifferences } from '../result/machine-differences.js';
import type { Result } from '../result/result.js';
import type { ComparedRun } from './comparison.js';

/** What every saved result tells of itself. */
export type SavedSide = Pick<Result, 'run' | 'validity'>;

export const comparedRun = ({ run }: Pick<Result, 'run'>): ComparedRun => ({
  id: run.id,
  scenario: run.scenario,
  scenarioHash: run.scenarioHash,
  startedAt: run.startedAt,
  durationS: run.durationS,
  version: run.version,
});

/** That two workloads are not one. */
export const workloadCaveat = (a: string, b: string): readonly string[] =>
  a === b
    ? []
    : [`The workloads differ (scenario hash ${a.slice(0, 12)} and ${b.slice(0, 12)}): a change may be the workload's.`];

/** That two machines are of different classes. */
export function machineCaveat(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): readonly string[] {
  const machines = machineDifferences(a, b);
  return machines.length === 0
    ? []
    : [`The machines that made the load differ (${machines.join(', ')}): a change may be the machine's.`];
}

/**
 * What differs beside the build, the gravest first.
 * @param what A and B are, for instance `run`
 */
export function sideCaveats(a: SavedSide, b: SavedSide, what: string): readonly string[] {
  const caveats = [
    ...(a.run.id === b.run.id ? [`A and B are the same ${what}.`] : []),
    ...workloadCaveat(a.run.scenarioHash, b.run.scenarioHash),
    ...machineCaveat(a.run.host, b.run.host),
  ];
  if (a.run.version !== b.run.version) {
    caveats.push(`The versions of plimsoll differ (${a.run.version} and ${b.run.version}).`);
  }
  for (const [name, { run, validity }] of [
    ['A', a],
    ['B', b],
  ] as const) {
    if (run.end !== 'completed') caveats.push(`${name} did not run to its end (${run.end}).`);
    if (!validity.valid) caveats.push(`${name} is in doubt: ${validity.reasons[0] ?? 'no reason is told'}.`);
  }
  return caveats;
}
