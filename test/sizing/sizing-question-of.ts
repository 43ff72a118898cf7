import type { SizingQuestion } from '../../src/result/sizing-question.js';
import vectors from './sizing-vectors.json' with { type: 'json' };

type Known = Readonly<Record<string, unknown>>;

const NAMES: Readonly<Record<string, keyof SizingQuestion>> = {
  peak_rps: 'peakPerS',
  window_s: 'windowS',
  burst: 'burst',
  burst_window_s: 'burstWindowS',
  growth: 'growth',
  cap_confirmed: 'capacityPerS',
  cap_fail: 'smallestFailPerS',
  utilisation: 'utilisation',
  utilisation_fail: 'failureUtilisation',
  survive_instances: 'surviveInstances',
  zones: 'zones',
  survive_zones: 'surviveZones',
  min_instances: 'minimum',
  affinity: 'affinity',
  session_rate_cv2: 'sessionRateVariation',
  sessions_held: 'sessionsHeld',
  session_opens_rps: 'sessionsOpenedPerS',
  init_weight: 'openingCost',
  reconnect_s: 'reconnectS',
  latency_s: 'latencyS',
  mem_base_mb: 'baseMemoryMb',
  mem_session_mb: 'sessionMemoryMb',
  mem_inflight_mb: 'callMemoryMb',
  mem_limit_mb: 'memoryLimitMb',
  heap_limit_mb: 'heapLimitMb',
  heap_share: 'heapShare',
  fill: 'fill',
  max_sessions: 'maxSessions',
  fd_base: 'baseDescriptors',
  fd_per_session: 'sessionDescriptors',
  fd_per_inflight: 'callDescriptors',
  fd_limit: 'descriptorLimit',
  cores: 'cores',
  cpu_per_call: 'cpuPerCallS',
  cpu_idle: 'idleCores',
  scaling_efficiency_2: 'scalingEfficiency',
  average_rps: 'averagePerS',
  price_hour: 'pricePerHour',
};

const nested = (value: unknown, read: (known: Known) => unknown): unknown => (value === null ? null : read(value as Known));

/** A sizing question from the inputs of a vector. Unknown names go through as they are, to be refused. */
export function sizingQuestionOf(inputs: Known): SizingQuestion {
  const { dependency, rolling, hpa, faults, ...plain } = inputs;
  return {
    ...Object.fromEntries(Object.entries(plain).map(([name, value]) => [NAMES[name] ?? name, value])),
    dependency: nested(dependency, (d) => ({
      maxConnections: d.max_connections,
      reserved: d.reserved,
      otherConnections: d.other_connections,
      pool: d.pool,
      callsPerCall: d.calls_per_call,
      capacityPerS: d.capacity_rps,
    })),
    rolling: nested(rolling, (r) => ({ maxUnavailable: r.max_unavailable, maxSurge: r.max_surge })),
    autoscaling: nested(hpa, (h) => ({
      requestCores: h.request_cores,
      growthPerS: h.growth_per_s,
      lagS: h.lag_s,
      tolerance: h.tolerance,
      troughPerS: h.trough_rps,
      troughSessions: h.trough_sessions,
    })),
    faults: (faults as readonly Known[]).map((f) => ({
      name: f.name,
      capacityPerS: f.cap,
      latencyS: f.latency_s,
      timeoutS: f.timeout_s,
      amplification: f.amplification,
    })),
  } as unknown as SizingQuestion;
}

/** The question of the case whose name begins so. */
export function caseQuestion(name: string): SizingQuestion {
  const found = vectors.cases.find((one) => one.name.startsWith(name));
  if (found === undefined) throw new Error(`no sizing case ${name}`);
  return sizingQuestionOf(found.inputs);
}
