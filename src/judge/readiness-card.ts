import type { GroupFigures } from '../result/phase-figures.js';
import type { ReadinessItem } from '../result/readiness.js';
import type { MeasuredResult } from '../result/result.js';
import type { Check, Verdict } from '../result/verdict.js';
import { carriedAs, type FailureMode, MODES } from './failure-modes.js';
import { ALL, kindScope } from './judge-slo.js';
import { capacityPlanned, searchedMode, searchedRecovery, soaked } from './readiness-of-search.js';

/**
 * The readiness card: what has to be known before production, and what this run proved of it. Not tested is said, never left out.
 * Pure.
 */
export function readinessCard(
  result: MeasuredResult,
  verdict: Pick<Verdict, 'checks' | 'outcome'>,
  scenario: Readonly<Record<string, unknown>>,
): readonly ReadinessItem[] {
  const dependencies = Object.keys((scenario.dependencies as object | undefined) ?? {});
  return [
    capacityPlanned(result),
    result.capacity === undefined ? load(verdict) : soaked(result),
    burst(result, verdict),
    ...(dependencies.length === 0
      ? [{ item: 'Dependency failures', state: 'not tested', evidence: 'the scenario names no dependency' } as const]
      : dependencies.flatMap((name) =>
          MODES.map((mode) =>
            result.capacity === undefined
              ? dependencyMode(name, mode, result, verdict)
              : searchedMode(name, mode, result.capacity),
          ),
        )),
    probes(result),
    result.capacity === undefined ? recovery(result) : searchedRecovery(result.capacity),
    ...events(scenario),
    { item: 'Backup and restore inside the RTO', state: 'not tested', evidence: 'outside what a load test can see' },
  ];
}

const STATES = { pass: 'passed', fail: 'failed', inconclusive: 'inconclusive', invalid: 'inconclusive' } as const;

/** State of several checks together: one that failed decides, then one that could not be judged. */
function together(checks: readonly Check[], what: string): Pick<ReadinessItem, 'state' | 'evidence'> {
  for (const outcome of ['fail', 'invalid', 'inconclusive', 'pass'] as const) {
    const check = checks.find((each) => each.outcome === outcome);
    if (check !== undefined) return { state: STATES[outcome], evidence: check.evidence };
  }
  return { state: 'not tested', evidence: what };
}

function load({ checks }: Pick<Verdict, 'checks'>): ReadinessItem {
  const own = checks.filter(({ source, scope }) => source === 'slo' && scope === ALL);
  return { item: 'Load', ...together(own, 'no phase was judged by the plain SLO') };
}

function burst({ groups, phases }: MeasuredResult, { checks }: Pick<Verdict, 'checks'>): ReadinessItem {
  const group: GroupFigures | undefined = groups.find(({ by, name }) => by === 'kind' && name === 'burst');
  if (group === undefined || group.counts.offered === 0)
    return { item: 'Burst', state: 'not tested', evidence: 'no phase is a burst (1.5 times another, or kind: burst)' };
  const names = new Set(phases.filter(({ kind }) => kind === 'burst').map(({ phase }) => phase));
  const own = checks.filter(({ scope }) => scope === kindScope('burst') || [...names].some((name) => scope === `phase ${name}`));
  if (own.length > 0) return { item: 'Burst', ...together(own, '') };
  const judged = checks.filter(({ source, scope }) => source === 'slo' && scope === ALL);
  const found = together(judged, 'nothing was judged');
  return { item: 'Burst', state: found.state, evidence: `judged with the other phases: ${found.evidence}` };
}

function dependencyMode(
  dependency: string,
  { mode, recipes }: FailureMode,
  { faults }: MeasuredResult,
  { checks }: Pick<Verdict, 'checks'>,
): ReadinessItem {
  const item = `${dependency}: ${mode}`;
  const own = faults.filter((fault) => fault.dependency === dependency && carriedAs(fault, { mode, recipes }));
  const carried = own.filter(({ startS }) => startS !== undefined);
  if (carried.length === 0)
    return {
      item,
      state: 'not tested',
      evidence: own.length > 0 ? 'it was planned but not injected' : `no fault of the scenario (recipes: ${recipes.join(', ')})`,
    };
  const problems = carried.flatMap(({ findings }) => findings.filter(({ level }) => level === 'problem'));
  const judged = checks.filter(
    ({ scope }) =>
      scope === kindScope('fault') || scope.endsWith(' fault') || own.some((f) => scope === `after ${f.recipe} on ${dependency}`),
  );
  const outcome = together(judged, 'no slo.during.fault judges it');
  if (outcome.state === 'not tested')
    return {
      item,
      state: problems.length === 0 ? 'passed' : 'failed',
      evidence: problems[0]?.text ?? carried.flatMap(({ findings }) => findings)[0]?.text ?? 'no finding',
    };
  return {
    item,
    state: outcome.state,
    evidence: outcome.state === 'passed' ? outcome.evidence : (problems[0]?.text ?? outcome.evidence),
  };
}

function probes({ health, faults }: MeasuredResult): ReadinessItem {
  const item = 'Readiness probe';
  if (!health.some(({ probe }) => probe === 'ready'))
    return { item, state: 'not tested', evidence: 'the scenario names no health.ready' };
  const findings = faults.flatMap((fault) => fault.findings.filter(({ code }) => code.startsWith('readiness')));
  const bad = findings.find(({ level }) => level === 'problem');
  if (bad !== undefined) return { item, state: 'failed', evidence: bad.text };
  const good = findings[0];
  return good === undefined
    ? { item, state: 'not tested', evidence: 'no dependency failed badly enough for it to speak' }
    : { item, state: 'passed', evidence: good.text };
}

function recovery({ faults }: MeasuredResult): ReadinessItem {
  const item = 'Recovery after faults';
  const watched = faults.filter(({ startS }) => startS !== undefined);
  if (watched.length === 0) return { item, state: 'not tested', evidence: 'no fault was injected' };
  const down = watched.find((fault) => fault.recovery?.state === 'stayed-down');
  if (down?.recovery !== undefined) return { item, state: 'failed', evidence: down.recovery.text };
  const open = watched.find((fault) => fault.recovery === undefined || fault.recovery.state === 'not-observed');
  if (open !== undefined)
    return { item, state: 'inconclusive', evidence: open.recovery?.text ?? 'the SLO was missed before the fault' };
  return { item, state: 'passed', evidence: watched.map(({ recovery: each }) => each?.text).join('; ') };
}

function events({ events: planned }: Readonly<Record<string, unknown>>): readonly ReadinessItem[] {
  if (Array.isArray(planned) && planned.length > 0) return [];
  return [
    {
      item: 'Rolling update',
      state: 'not tested',
      evidence: 'the scenario runs no events (a restart or an update under load)',
    },
  ];
}
