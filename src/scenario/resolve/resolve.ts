import type { Call, ThinkStep, ToolStep } from '../call.js';
import { capacitySettings } from '../capacity-settings.js';
import { type WrittenFault, withSteps } from '../faults/fault-plan.js';
import { compact } from '../file/compact.js';
import type { GateSettings, GateSource } from '../gate-settings.js';
import type { Load, Phase } from '../load.js';
import { type BaselineLimits, DEFAULT_SLO, type LatencyLimits, type Slo, type SloLimits } from '../objective.js';
import { requestNames, requestOf } from '../other-requests.js';
import type { Feed, Scenario, ScenarioEvent, Tenant } from '../scenario.js';
import { gateSchema } from '../schema/gate-schema.js';
import type { CallFile, PhaseFile, ScenarioFile, StepFile } from '../schema/scenario-schema.js';
import type { Auth, Target, TlsMaterial } from '../target.js';
import { clientSideOf } from './client-side.js';

type SloFile = NonNullable<ScenarioFile['slo']>;
type LimitsFile = SloFile['tools'][string];

const authOf = (auth: NonNullable<ScenarioFile['target']['auth']>, path: (file: string) => string): Auth => {
  const common = compact({ timeoutMs: auth.timeout, refreshMs: auth.refresh });
  const { bearer, clientCredentials } = auth;
  if (bearer !== undefined) return { ...common, kind: 'bearer', token: bearer.trim().replace(/^Bearer\s+/i, '') };
  if (clientCredentials !== undefined) return { ...common, kind: 'client-credentials', ...compact(clientCredentials) };
  return { ...common, kind: 'command', command: auth.command ?? [], cwd: path('.') };
};

const targetOf = (target: ScenarioFile['target'], tls: TlsMaterial | undefined, path: (file: string) => string): Target => {
  const folder = (cwd: string | undefined): string | undefined => (cwd === undefined ? undefined : path(cwd));
  return compact({
    urls: typeof target.url === 'string' ? [target.url] : (target.url ?? []),
    transport: target.transport,
    command: target.command,
    env: target.env ?? {},
    cwd: folder(target.cwd),
    protocol: target.protocol,
    startTimeoutMs: target.startTimeout,
    headers: target.headers,
    idleTimeoutMs: target.transport === 'stdio' ? undefined : target.idleTimeout,
    auth: target.auth && authOf(target.auth, path),
    tls,
    server:
      target.server &&
      compact({
        command: target.server.command,
        cwd: folder(target.server.cwd),
        env: target.server.env,
        ready: target.server.ready,
        readyTimeoutMs: target.server.readyTimeout,
      }),
    preflight: target.preflight,
    allow: target.allow,
    health: target.health && compact({ live: target.health.live, ready: target.health.ready, everyMs: target.health.every }),
    metrics: target.metrics,
    pid: target.pid,
  });
};

/** A phase with its units; one without `rate` is closed. */
const phaseOf = (phase: PhaseFile): Phase => {
  const { name, warmUp, kind } = phase;
  if (phase.rate === undefined) {
    return { model: 'closed', name, users: phase.users ?? 0, thinkMs: phase.think ?? 0, forMs: phase.for, warmUp };
  }
  return compact({ model: 'open' as const, name, ...phase.rate, forMs: phase.for, warmUp, kind });
};

/** Without a limit every attempt of every call may be made: that is a share too. */
const retryBudgetOf = ({ attempts, budget }: Exclude<ScenarioFile['load']['retry'], 'none'>): number =>
  budget === 'none' ? attempts - 1 : budget;

const loadOf = (load: ScenarioFile['load']): Load =>
  compact({
    seed: load.seed,
    arrivals: load.arrivals,
    timeoutMs: load.timeout,
    maxInFlight: load.maxInFlight,
    drainMs: load.drain,
    retry:
      load.retry === 'none'
        ? undefined
        : { attempts: load.retry.attempts, backoffMs: load.retry.backoff, budget: retryBudgetOf(load.retry) },
    workers: load.workers,
    phases: load.phases.map(phaseOf),
  });

type ExpectFile = NonNullable<CallFile['expect']>;

const expectOf = (expect: ExpectFile | undefined) =>
  expect &&
  compact({
    ...expect,
    json:
      expect.json &&
      Object.fromEntries(Object.entries(expect.json).map(([pointer, conditions]) => [pointer, compact(conditions)])),
  });

const cancelOf = (cancel: StepFile['cancel']) => cancel && { afterMs: cancel.after, share: cancel.share };

const stepOf = (step: StepFile): ToolStep | ThinkStep =>
  requestNames(step).length === 0
    ? { thinkMs: step.think ?? 0 }
    : compact({ ...requestOf(step), cancel: cancelOf(step.cancel), expect: expectOf(step.expect), save: step.save });

const callOf = (call: CallFile): Call =>
  call.journey === undefined
    ? compact({
        type: 'call' as const,
        ...requestOf(call),
        weight: call.weight,
        cancel: cancelOf(call.cancel),
        expect: expectOf(call.expect),
      })
    : { type: 'journey', journey: call.journey, weight: call.weight, steps: (call.steps ?? []).map(stepOf) };

/** A fault as a file writes it, with its units. */
export const writtenFault = (fault: ScenarioFile['faults'][number]): WrittenFault =>
  compact({
    dependency: fault.dependency,
    inject: fault.inject,
    toxics: fault.toxics?.map((toxic) => compact(toxic)),
    with: fault.with ?? {},
    atMs: fault.at,
    forMs: fault.for,
  });

const eventOf = (event: ScenarioFile['events'][number], path: (file: string) => string): ScenarioEvent => ({
  name: event.name,
  atMs: event.at,
  command: event.run,
  cwd: path(event.cwd ?? '.'),
  timeoutMs: event.timeout,
});

const latencyLimitsOf = (limits: NonNullable<LimitsFile['answered']>): LatencyLimits =>
  compact({
    p50Ms: limits.p50,
    p90Ms: limits.p90,
    p95Ms: limits.p95,
    p99Ms: limits.p99,
    p999Ms: limits.p999,
    maxMs: limits.max,
  });

const limitsOf = (limits: LimitsFile): SloLimits =>
  compact({
    success: limits.success,
    ...latencyLimitsOf(limits),
    answered: limits.answered && latencyLimitsOf(limits.answered),
  });

const named = (limits: Readonly<Record<string, LimitsFile>>): Readonly<Record<string, SloLimits>> =>
  Object.fromEntries(Object.entries(limits).map(([name, value]) => [name, limitsOf(value)]));

const sloOf = (slo: SloFile | undefined, tenants: readonly Tenant[] | undefined): Slo => {
  const limited = (tenants ?? []).flatMap(({ name, slo: limits }) => (limits === undefined ? [] : [[name, limits] as const]));
  const byTenant = limited.length === 0 ? {} : { tenants: Object.fromEntries(limited) };
  return slo === undefined
    ? { ...DEFAULT_SLO, declared: false, tools: {}, during: {}, ...byTenant }
    : { ...limitsOf(slo), declared: true, tools: named(slo.tools), during: named(slo.during), ...byTenant };
};

const tenantOf = (tenant: NonNullable<ScenarioFile['tenants']>[number]): Tenant =>
  compact({
    name: tenant.name,
    headers: tenant.headers,
    weight: tenant.weight,
    ratePerS: tenant.rate,
    slo: tenant.slo && limitsOf(tenant.slo),
  });

const baselineOf = (
  baseline: ScenarioFile['baseline'],
  path: (file: string) => string,
): { readonly file: string } | BaselineLimits | undefined =>
  baseline === undefined
    ? undefined
    : typeof baseline === 'string'
      ? { file: path(baseline) }
      : compact({
          p50Ms: baseline.p50,
          p95Ms: baseline.p95,
          p99Ms: baseline.p99,
          errorRate: baseline.errorRate,
          throughputPerS: baseline.throughput,
          tolerance: baseline.tolerance,
        });

type BuildFile = NonNullable<NonNullable<ScenarioFile['gate']>['baseline']>;

const sourceOf = ({ git, folder, ...keys }: Omit<BuildFile, 'file'>, path: (file: string) => string): GateSource => {
  if (git !== undefined) return { kind: 'git', ref: git };
  return folder === undefined ? { kind: 'target', keys: compact(keys) } : { kind: 'folder', folder: path(folder) };
};

/** `gate:` as it is carried out, or its defaults where a file has none. */
export const gateSettings = (file: ScenarioFile['gate'], path: (file: string) => string): GateSettings => {
  const gate = file ?? gateSchema.parse({});
  const { success, ...limits } = gate.limits;
  const { file: stored, ...baseline } = gate.baseline ?? {};
  return compact({
    baseline: gate.baseline && stored === undefined ? sourceOf(baseline, path) : undefined,
    stored: stored === undefined ? undefined : path(stored),
    candidate: sourceOf(gate.candidate, path),
    build: gate.build,
    start: gate.start,
    mode: gate.mode,
    phase: gate.phase,
    under: gate.under,
    metrics: gate.metrics,
    tools: gate.tools,
    limits,
    successMargin: success.margin,
    pairs: {
      warmUpMs: gate.pairs.warmUp,
      measureMs: gate.pairs.measure,
      blockMs: gate.pairs.block,
      looks: gate.pairs.looks,
    },
    budgetMs: gate.budget,
    contract: gate.contract,
  }) as GateSettings;
};

/** A checked file as every other part reads it: units in the names, paths absolute (`path` resolves them), feeds read; `writtenCapacity` is its block as written. */
export const resolveScenario = (
  file: ScenarioFile,
  { feeds, tls }: { readonly feeds: Readonly<Record<string, Feed>>; readonly tls: TlsMaterial | undefined },
  path: (file: string) => string,
  writtenCapacity: unknown,
): Scenario => {
  const tenants = file.tenants?.map(tenantOf);
  return compact({
    name: file.name,
    description: file.description,
    target: targetOf(file.target, tls, path),
    tenants,
    sessions: compact({
      count: file.sessions.count,
      calls: file.sessions.calls,
      stream: file.sessions.stream ? (true as const) : undefined,
    }),
    client: file.client && clientSideOf(file.client),
    load: loadOf(file.load),
    data: feeds,
    calls: file.calls.map(callOf),
    classify: file.classify.map((rule) => ({ when: compact(rule.when), as: rule.as })),
    dependencies: Object.fromEntries(Object.entries(file.dependencies).map(([name, dependency]) => [name, compact(dependency)])),
    faults: file.faults.map((fault) => withSteps(writtenFault(fault))),
    recovery: { withinMs: file.recovery.within },
    slo: sloOf(file.slo, tenants),
    events: file.events.length === 0 ? undefined : file.events.map((event) => eventOf(event, path)),
    baseline: baselineOf(file.baseline, path),
    abort: file.abort && { errorRate: file.abort.errorRate, forMs: file.abort.for },
    capacity: capacitySettings(writtenCapacity, file.capacity),
    gate: file.gate && gateSettings(file.gate, path),
  }) as Scenario;
};
