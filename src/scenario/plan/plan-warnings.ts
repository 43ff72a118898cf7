import { minimumSamples } from '../../statistics/minimum-samples.js';
import { countText } from '../../text/figure-text.js';
import { isSetByUs } from '../file/header-text.js';
import { formatDuration, formatRate } from '../file/units.js';
import type { SloLimits } from '../objective.js';
import { QUANTILE_LIMITS } from '../quantile-limits.js';
import type { Scenario } from '../scenario.js';
import { basicAuthorization, headersFor } from '../url-credentials.js';
import { SEGMENT_KINDS } from './phase-kind.js';
import type { Plan, PlannedPhase } from './planned-parts.js';

interface Window {
  readonly startS: number;
  readonly endS: number;
}

/** Seconds of a phase that no fault and no recovery takes. */
const plainShare = (phase: PlannedPhase, windows: readonly Window[]): number => {
  const cuts = windows
    .map(({ startS, endS }) => ({ startS: Math.max(startS, phase.startS), endS: Math.min(endS, phase.endS) }))
    .filter(({ startS, endS }) => endS > startS)
    .sort((a, b) => a.startS - b.startS);
  let taken = 0;
  let until = phase.startS;
  for (const { startS, endS } of cuts) {
    taken += Math.max(0, endS - Math.max(startS, until));
    until = Math.max(until, endS);
  }
  return 1 - taken / (phase.endS - phase.startS);
};

const tooFew = (scope: string, calls: number, limits: SloLimits): readonly string[] => {
  const missed = [limits, limits.answered].flatMap((given) =>
    QUANTILE_LIMITS.flatMap(([name, key, quantile]) => {
      const needed = minimumSamples(quantile);
      if (given?.[key] === undefined || calls >= needed) return [];
      return [`${given === limits ? '' : 'answered '}${name} (${needed} needed)`];
    }),
  );
  if (missed.length === 0) return [];
  return [`${scope}: about ${countText(Math.floor(calls), 'call')} are too few to judge ${missed.join(', ')}: inconclusive`];
};

const sampleWarnings = (scenario: Scenario, plan: Plan): readonly string[] => {
  const { slo, faults, recovery } = scenario;
  const windows = faults.map(({ atMs, forMs }) => ({ startS: atMs / 1000, endS: (atMs + forMs + recovery.withinMs) / 1000 }));
  const judged = plan.phases.filter(({ judged }) => judged);
  const plain = (phase: PlannedPhase): number => (phase.calls ?? Number.POSITIVE_INFINITY) * plainShare(phase, windows);
  const total = judged.reduce((sum, phase) => sum + plain(phase), 0);
  const perPhase = judged.flatMap((phase) =>
    plainShare(phase, windows) < 1e-9
      ? [`phase ${phase.name}: faults and recovery cover all of it, so the plain SLO does not judge it`]
      : tooFew(`phase ${phase.name}`, plain(phase), { ...slo, ...slo.during[phase.name] }),
  );
  const perTool = Object.entries(slo.tools).flatMap(([tool, limits]) => {
    const share = plan.tools.find((planned) => planned.tool === tool)?.share ?? 0;
    return tooFew(`tool ${tool}`, total * share, limits);
  });
  // With its largest share: what is too few even then is too few for sure.
  const perTenant = (scenario.tenants ?? []).flatMap(({ name, ratePerS, slo: limits }) => {
    if (limits === undefined) return [];
    const share = plan.tenants.find(({ tenant }) => tenant === name)?.shares;
    const seconds = judged.reduce((sum, phase) => sum + (phase.endS - phase.startS) * plainShare(phase, windows), 0);
    const calls = ratePerS === undefined ? total * (share?.most ?? 0) : ratePerS * seconds * plan.callsPerArrival;
    return tooFew(`tenant ${name}`, calls, limits);
  });
  return [...perPhase, ...perTool, ...perTenant];
};

const headerWarnings = ({ target, tenants = [] }: Scenario): readonly string[] =>
  [
    ['target.headers', target.headers] as const,
    ...tenants.map(({ name, headers }) => [`headers of the tenant ${name}`, headers] as const),
  ].flatMap(([where, headers]) => {
    const names = Object.keys(headers).filter(isSetByUs);
    if (names.length === 0) return [];
    const one = names.length === 1;
    return [
      `${where}: ${names.join(', ')} ${one ? 'is' : 'are'} not sent as written: plimsoll sets ${one ? 'this header' : 'these headers'} itself in every request`,
    ];
  });

const urlWarnings = ({ target }: Scenario): readonly string[] => {
  const given = target.urls.filter((url) => basicAuthorization(url) !== undefined);
  if (given.length === 0) return [];
  const sent = given.every((url) => headersFor(url, target) !== target.headers);
  const by = target.auth === undefined ? 'target.headers' : 'target.auth';
  return [
    sent
      ? 'target.url: its user and password are sent as Authorization: Basic with every request'
      : `target.url: its user and password are not sent: ${by} says who calls`,
  ];
};

/** What a reader of the plan should know before the run: nothing here stops it. */
export const planWarnings = (scenario: Scenario, plan: Plan): readonly string[] => {
  const { slo, faults, baseline, dependencies, load } = scenario;
  const warnings: string[] = [];
  if (!slo.declared) warnings.push('no slo given: judged by the default, success >= 99 %, p95 <= 400 ms');
  if (!plan.phases.some(({ judged }) => judged))
    warnings.push('every phase is a warm-up: nothing will be judged, the verdict will be inconclusive');
  warnings.push(...headerWarnings(scenario), ...urlWarnings(scenario));
  warnings.push(...sampleWarnings(scenario, plan));

  const offered = Math.max(
    0,
    ...plan.phases.filter(({ judged }) => judged).map(({ fromPerS = 0, toPerS = 0 }) => Math.max(fromPerS, toPerS)),
  );
  const limit = baseline !== undefined && 'throughputPerS' in baseline ? baseline.throughputPerS : undefined;
  if (
    limit !== undefined &&
    offered * plan.callsPerArrival < limit &&
    !plan.phases.some(({ users, judged }) => judged && users !== undefined)
  ) {
    warnings.push(
      `baseline.throughput ${formatRate(limit)} is above the offered rate of at most ${formatRate(offered * plan.callsPerArrival)}: not applicable`,
    );
  }
  for (const { dependency, atMs, forMs } of faults) {
    if ((atMs + forMs) / 1000 > plan.durationS) {
      warnings.push(
        `the fault on ${dependency} lasts until ${formatDuration(atMs + forMs)}, after the load ends at ${formatDuration(plan.durationS * 1000)}`,
      );
    }
  }
  const called = new Set(plan.tools.map(({ tool }) => tool));
  for (const [name, { tools }] of Object.entries(dependencies)) {
    const unused = tools.filter((tool) => !called.has(tool));
    if (unused.length > 0) warnings.push(`dependencies.${name}.tools names ${unused.join(', ')}, which the load does not call`);
  }
  for (const name of Object.keys(slo.during)) {
    const found = plan.phases.some((phase) => phase.name === name || phase.kind === name);
    const byFault = name === 'fault' || name === 'recovery' || name === 'edge';
    if (!found && !(byFault && faults.length > 0) && (SEGMENT_KINDS as readonly string[]).includes(name)) {
      warnings.push(`slo.during.${name}: this run has no such phase, so it judges nothing`);
    }
  }
  if (load.phases.some((phase) => phase.model === 'closed')) {
    warnings.push('a closed phase (users) waits for slow answers and so offers less load just when the target is slow');
  }
  return warnings;
};
