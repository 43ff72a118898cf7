import { countText, givenLatencyText, givenRateText, givenRatioText, numberText, percentText } from '../../text/figure-text.js';
import { formatRate } from '../file/units.js';
import type { SloLimits } from '../objective.js';
import { QUANTILE_LIMITS } from '../quantile-limits.js';
import type { Plan, PlannedInterference, PlannedPhase } from './planned-parts.js';

/** Rows as columns of equal width; numbers stand to the right. */
const table = (rows: readonly (readonly string[])[], right: readonly number[] = []): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
};

const seconds = (s: number): string => givenLatencyText(s * 1e6);
const perS = (value: number): string => formatRate(Number(value.toFixed(6)));

const loadOf = ({ users, fromPerS = 0, toPerS = 0 }: PlannedPhase): string =>
  users !== undefined ? countText(users, 'user') : fromPerS === toPerS ? perS(fromPerS) : `${perS(fromPerS)}..${perS(toPerS)}`;

const callsOf = ({ calls, certainty }: PlannedPhase): string => {
  if (calls === undefined) return 'as the target answers';
  const prefix = { exact: '', expected: 'about ', 'at most': 'at most ', unknown: '' }[certainty];
  return `${prefix}${numberText(calls)}`;
};

const LIMITS = [...QUANTILE_LIMITS, ['max', 'maxMs'] as const];

const limitsText = (limits: SloLimits): string => {
  const latencies = ({ answered: _, ...given }: SloLimits, prefix = ''): readonly string[] =>
    LIMITS.flatMap(([name, key]) =>
      given[key] === undefined ? [] : [`${prefix}${name} <= ${givenLatencyText(given[key] * 1000)}`],
    );
  return [
    ...(limits.success === undefined ? [] : [`success >= ${givenRatioText(limits.success)}`]),
    ...latencies(limits),
    ...latencies(limits.answered ?? {}, 'answered '),
  ].join(', ');
};

const baselineText = (baseline: NonNullable<Plan['baseline']>): string => {
  if ('file' in baseline) return `file ${baseline.file}`;
  const { tolerance, errorRate, throughputPerS } = baseline;
  const worst = (name: string, limit: string, least: string): string => `${name} ${limit}, at worst ${least}`;
  const latencies = (['p50Ms', 'p95Ms', 'p99Ms'] as const).flatMap((key) =>
    baseline[key] === undefined
      ? []
      : [worst(key.slice(0, -2), givenLatencyText(baseline[key] * 1000), givenLatencyText(baseline[key] * tolerance * 1000))],
  );
  return [
    ...latencies,
    ...(errorRate === undefined ? [] : [worst('error rate', givenRatioText(errorRate), givenRatioText(errorRate * tolerance))]),
    ...(throughputPerS === undefined
      ? []
      : [worst('throughput', givenRateText(throughputPerS), givenRateText(throughputPerS / tolerance))]),
  ].join('; ');
};

/** Most tenants that a plan lists. */
const MAX_TENANTS = 20;

const tenantLines = ({ tenants }: Plan): readonly string[] => {
  if (tenants.length === 0) return [];
  const rows = tenants.slice(0, MAX_TENANTS).map(({ tenant, ratePerS, shares }) => {
    const own = ratePerS === undefined ? 'the rest by weight' : perS(ratePerS);
    if (shares === undefined) return [tenant, own, 'users by weight'];
    return [
      tenant,
      own,
      shares.least === shares.most ? percentText(shares.least) : `${percentText(shares.least)} to ${percentText(shares.most)}`,
    ];
  });
  const more = tenants.length > MAX_TENANTS ? [`  and ${tenants.length - MAX_TENANTS} more`] : [];
  return ['', 'Tenants', ...table([['name', 'load', 'share'], ...rows], [2]).map((line) => `  ${line}`), ...more];
};
const interference = (title: string, all: readonly PlannedInterference[]): readonly string[] =>
  all.length === 0
    ? []
    : [
        '',
        title,
        ...table(
          all.map(({ name, startS, endS, what }) => [
            endS === undefined ? `at ${seconds(startS)}` : `${seconds(startS)} to ${seconds(endS)}`,
            name,
            what,
          ]),
        ).map((line) => `  ${line}`),
      ];

/** The plan as plain text for `validate`: aligned, without colours. */
export const renderPlan = (plan: Plan): string => {
  const known = plan.phases.every(({ calls }) => calls !== undefined);
  const phases = plan.phases.map((phase) => [
    phase.name,
    phase.kind,
    seconds(phase.startS),
    seconds(phase.endS),
    loadOf(phase),
    callsOf(phase),
    phase.judged ? 'yes' : 'no',
  ]);
  const mix = plan.mix.map(({ name, type, share, calls, cancel }) => [
    name,
    type,
    percentText(share),
    cancel !== undefined
      ? `${percentText(cancel.share)} canceled after ${givenLatencyText(cancel.afterMs * 1000)}`
      : type === 'call'
        ? ''
        : `${countText(calls, 'call')} each`,
  ]);
  const judged = plan.checks.map(({ scope, limits }) => [scope, limitsText(limits)]);
  if (plan.baseline !== undefined) judged.push(['baseline', baselineText(plan.baseline)]);
  const lines = [
    `Scenario ${plan.name}`,
    `  duration   ${seconds(plan.durationS)}, then up to ${seconds(plan.drainS)} of drain`,
    `  peak rate  ${plan.peakPerS === undefined ? 'none: closed model' : `${perS(plan.peakPerS)} arrivals`}`,
    `  calls      ${known ? '' : 'at least '}${plan.phases.some(({ certainty }) => certainty !== 'exact') ? 'about ' : ''}${numberText(plan.totalCalls)}`,
    ...(plan.access.length === 0 ? [] : [`  access     ${plan.access.join(', ')}`]),
    ...(plan.client.length === 0 ? [] : [`  client     ${plan.client.join(', ')}`]),
    '',
    'Phases',
    ...table([['name', 'kind', 'from', 'to', 'load', 'calls', 'judged'], ...phases], [2, 3]).map((line) => `  ${line}`),
    '',
    'Mix',
    ...table([['name', 'type', 'share', ''], ...mix], [2]).map((line) => `  ${line}`),
    ...tenantLines(plan),
    ...interference('Faults', plan.faults),
    ...interference('Events (commands of your own)', plan.events),
    '',
    `Judged${plan.sloDeclared ? '' : ' (the default SLO: the file has no slo)'}`,
    ...table(judged).map((line) => `  ${line}`),
  ];
  if (plan.warnings.length > 0) lines.push('', 'Warnings', ...plan.warnings.map((warning) => `  - ${warning}`));
  return `${lines.join('\n')}\n`;
};
