import type { Call } from '../call.js';
import type { DelayLaw } from '../client.js';
import { formatDuration } from '../file/units.js';
import type { Phase } from '../load.js';
import type { Scenario } from '../scenario.js';
import { meanArrivals } from './arrival-rate.js';
import { JUDGED_KINDS, phaseKind } from './phase-kind.js';
import { planWarnings } from './plan-warnings.js';
import type { Plan, PlannedCall, PlannedCheck, PlannedInterference, PlannedPhase, PlannedTenant } from './planned-parts.js';
import { tenantShares } from './tenant-shares.js';

const callsOf = (call: Call): readonly string[] =>
  call.type === 'call' ? [call.tool] : call.steps.flatMap((step) => ('tool' in step ? [step.tool] : []));

const plannedPhase = (phase: Phase, startS: number, scenario: Scenario, callsPerArrival: number): PlannedPhase => {
  const lengthS = phase.forMs / 1000;
  const kind = phaseKind(phase, scenario.load.phases);
  const base = { name: phase.name, kind, startS, endS: startS + lengthS, judged: JUDGED_KINDS.includes(kind) };
  if (phase.model === 'closed') {
    if (phase.thinkMs === 0) return { ...base, users: phase.users, certainty: 'unknown' };
    const arrivals = phase.users * Math.ceil(phase.forMs / phase.thinkMs);
    return { ...base, users: phase.users, certainty: 'at most', calls: Math.round(arrivals * callsPerArrival) };
  }
  const mean = meanArrivals(phase);
  // Call i is due when i arrivals should have come: those with i < mean, so a broken number is rounded up.
  const arrivals = scenario.load.arrivals === 'constant' ? Math.ceil(mean - 1e-6) : Math.round(mean);
  const exact =
    scenario.load.arrivals === 'constant' &&
    scenario.calls.every((call) => callsOf(call).length === callsOf(scenario.calls[0]!).length);
  return {
    ...base,
    arrivals,
    calls: Math.round(arrivals * callsPerArrival),
    certainty: exact ? 'exact' : 'expected',
    fromPerS: phase.fromPerS,
    toPerS: phase.toPerS,
  };
};

const checksOf = (scenario: Scenario): readonly PlannedCheck[] => {
  const { slo } = scenario;
  const { declared: _, tools, during, tenants, ...plain } = slo;
  const all: PlannedCheck[] = [{ scope: `${JUDGED_KINDS.join(', ')} phases`, limits: plain }];
  for (const [tool, limits] of Object.entries(tools)) all.push({ scope: `tool ${tool}`, limits });
  for (const [name, limits] of Object.entries(tenants ?? {})) all.push({ scope: `tenant ${name}`, limits });
  for (const [name, limits] of Object.entries(during)) all.push({ scope: `during ${name}`, limits });
  return all.filter(({ limits }) => Object.keys(limits).length > 0);
};

const accessOf = ({ target: { auth, tls } }: Scenario): readonly string[] => {
  const words: string[] = [];
  if (auth?.kind === 'bearer') words.push('a token as given');
  if (auth?.kind === 'command') words.push(`a token by ${auth.command[0] ?? ''}`);
  if (auth?.kind === 'client-credentials') words.push(`a token from ${new URL(auth.tokenUrl).host} by client credentials`);
  if (tls?.insecure === true) words.push('TLS without checking the certificate (insecure)');
  if (tls?.ca !== undefined) words.push('own authority');
  if (tls?.cert !== undefined) words.push('client certificate');
  return words;
};

const delayText = (delay: DelayLaw): string => {
  if (delay.law === 'constant') return delay.ms === 0 ? 'at once' : `after ${formatDuration(delay.ms)}`;
  if (delay.law === 'exponential') return `after ${formatDuration(delay.meanMs)} on average`;
  return `after ${formatDuration(delay.fromMs)} to ${formatDuration(delay.toMs)}`;
};

const clientOf = ({ client }: Scenario): readonly string[] => {
  if (client === undefined) return [];
  const replies = (['sampling', 'elicitation', 'roots'] as const).flatMap((name) => {
    const reply = client[name];
    return reply === undefined ? [] : [`answers ${name} ${delayText(reply.delay)}`];
  });
  return [...replies, ...(client.tasks ? ['follows tasks'] : []), ...(client.progress ? ['asks for progress'] : [])];
};

const tenantsOf = ({ tenants = [], load }: Scenario): readonly PlannedTenant[] => {
  const judged = load.phases.flatMap((phase) => (phase.model === 'open' && !phase.warmUp ? [phase] : []));
  const rates = judged.flatMap(({ fromPerS, toPerS }) => [fromPerS, toPerS]);
  return tenants.map(({ name, ratePerS }, index) => {
    const shares = rates.map((perS) => tenantShares(tenants, perS)[index] ?? 0);
    return {
      tenant: name,
      ...(ratePerS === undefined ? {} : { ratePerS }),
      ...(shares.length === 0 ? {} : { shares: { least: Math.min(...shares), most: Math.max(...shares) } }),
    };
  });
};

const faultsOf = ({ faults }: Scenario): readonly PlannedInterference[] =>
  faults.map(({ dependency, inject, toxics = [], with: parameters, atMs, forMs }) => ({
    name: inject ?? toxics.map(({ type }) => String(type)).join(' + '),
    startS: atMs / 1000,
    endS: (atMs + forMs) / 1000,
    what: [
      `on ${dependency}`,
      ...Object.entries(parameters).map(
        ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
      ),
    ].join(', '),
  }));

const eventsOf = ({ events = [] }: Scenario): readonly PlannedInterference[] =>
  events.map(({ name, atMs, command }) => ({ name, startS: atMs / 1000, what: command.join(' ') }));

/** What a run of this scenario will do, without any traffic. Pure. */
export const planOf = (scenario: Scenario): Plan => {
  const weight = scenario.calls.reduce((sum, call) => sum + call.weight, 0);
  const mix = scenario.calls.map(
    (call): PlannedCall => ({
      name: call.type === 'call' ? call.tool : call.journey,
      type: call.type,
      share: call.weight / weight,
      calls: callsOf(call).length,
      ...(call.type === 'call' && call.cancel !== undefined ? { cancel: call.cancel } : {}),
    }),
  );
  const callsPerArrival = mix.reduce((sum, { share, calls }) => sum + share * calls, 0);
  const byTool = new Map<string, number>();
  for (const call of scenario.calls) {
    for (const tool of callsOf(call)) byTool.set(tool, (byTool.get(tool) ?? 0) + call.weight / weight / callsPerArrival);
  }
  const phases: PlannedPhase[] = [];
  let startS = 0;
  for (const phase of scenario.load.phases) {
    phases.push(plannedPhase(phase, startS, scenario, callsPerArrival));
    startS += phase.forMs / 1000;
  }
  const rates = phases.flatMap(({ fromPerS = 0, toPerS = 0, users }) => (users === undefined ? [fromPerS, toPerS] : []));
  const plan: Plan = {
    name: scenario.name,
    phases,
    mix,
    tools: [...byTool].map(([tool, share]) => ({ tool, share })),
    access: accessOf(scenario),
    client: clientOf(scenario),
    tenants: tenantsOf(scenario),
    faults: faultsOf(scenario),
    events: eventsOf(scenario),
    ...(rates.length === 0 ? {} : { peakPerS: Math.max(...rates) }),
    durationS: startS,
    drainS: scenario.load.drainMs / 1000,
    totalCalls: phases.reduce((sum, { calls = 0 }) => sum + calls, 0),
    callsPerArrival,
    checks: checksOf(scenario),
    ...(scenario.baseline === undefined ? {} : { baseline: scenario.baseline }),
    sloDeclared: scenario.slo.declared,
    warnings: [],
  };
  return { ...plan, warnings: planWarnings(scenario, plan) };
};
