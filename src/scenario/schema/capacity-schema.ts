import { z } from 'zod';
import { count, duration, flag, group, growth, matching, nonEmpty, number, rate, ratio, size } from './field-types.js';
import { SIZING_DESCRIPTIONS, type SizingInputName } from './sizing-descriptions.js';

/** An input of the sizing with its description. */
const input = <T extends z.ZodType>(name: SizingInputName, type: T): T => type.describe(SIZING_DESCRIPTIONS[name]);

const share = (accepted: string) => number(0, accepted);

const instanceSchema = group('One replica as it will be deployed.', {
  cores: input('instance.cores', number(0.01, 'a number of cores such as 4').optional()),
  memory: input('instance.memory', size().optional()),
  pricePerHour: input('instance.pricePerHour', share('a price of at least 0').optional()),
  heap: input('instance.heap', size().optional()),
  heapShare: input('instance.heapShare', ratio().prefault('100%')),
  pool: input('instance.pool', count().optional()),
  fill: input('instance.fill', ratio().prefault('80%')),
  maxSessions: input('instance.maxSessions', count().optional()),
  baseMemory: input('instance.baseMemory', size().optional()),
  sessionMemory: input('instance.sessionMemory', size().optional()),
  callMemory: input('instance.callMemory', size().optional()),
  descriptors: input('instance.descriptors', count().optional()),
  baseDescriptors: input('instance.baseDescriptors', count(0).default(100)),
  sessionDescriptors: input('instance.sessionDescriptors', share('a number of at least 0').default(0)),
  callDescriptors: input('instance.callDescriptors', share('a number of at least 0').default(1)),
  cpuPerCall: input('instance.cpuPerCall', duration().optional()),
  idleCores: input('instance.idleCores', share('a number of cores of at least 0').optional()),
});

const sessionsSchema = group('Sessions at the peak.', {
  held: input('sessions.held', count(0).default(0)),
  opened: input('sessions.opened', rate().optional()),
  openingCost: input('sessions.openingCost', share('a number of calls of at least 0').default(0)),
  rateVariation: input('sessions.rateVariation', share('a number of at least 0').default(0)),
  affinity: input('sessions.affinity', z.enum(['none', 'session']).optional()),
});

const dependencySchema = group('The dependency that all instances share: more instances do not help it.', {
  name: nonEmpty('the name of a dependency')
    .optional()
    .describe('Entry of `dependencies`. Default: the only one that has `maxConnections`.'),
  maxConnections: input('dependency.maxConnections', count().optional()),
  reserved: input('dependency.reserved', count(0).default(3)),
  otherConnections: input('dependency.otherConnections', count(0).default(0)),
  callsPerCall: input('dependency.callsPerCall', share('a number of at least 0').default(1)),
  capacity: input('dependency.capacity', rate().optional()),
});

const podCount = (name: SizingInputName) =>
  input(
    name,
    z.union([count(0, 10_000), matching(/^[0-9]+%$/, 'a number or a share such as 25%')], {
      error: 'a number or a share such as 25%',
    }),
  );

const rollingSchema = group('A rolling update at the peak as one more state to survive. Default: not counted.', {
  maxUnavailable: podCount('rolling.maxUnavailable').default(0),
  maxSurge: podCount('rolling.maxSurge').default(1),
});

const autoscalingSchema = group('A horizontal autoscaler. Default: a fixed count of instances.', {
  requestCores: input('autoscaling.requestCores', number(0.01, 'a number of cores such as 1').optional()),
  growthPerSecond: input('autoscaling.growthPerSecond', growth().prefault('0%')),
  lag: input('autoscaling.lag', duration().prefault('120s')),
  tolerance: input('autoscaling.tolerance', ratio().prefault('10%')),
  trough: input('autoscaling.trough', rate().optional()),
  troughSessions: input('autoscaling.troughSessions', count(0).default(0)),
});

const knownFaultSchema = z.strictObject({
  name: matching(/^[a-z][a-z0-9-]*@[A-Za-z0-9][A-Za-z0-9_-]*$/, 'recipe@dependency').describe('recipe@dependency.'),
  rate: z
    .union([rate(), z.literal('0/s')], { error: 'a rate such as 60/s, or 0/s when nothing passes' })
    .describe('Rate that one instance sustains under it.'),
  latency: duration().describe('Response time under it.'),
  timeout: duration().describe('When callers give up.'),
  amplification: number(1, 'a number of at least 1').default(1).describe('Calls made for one call wanted, retries included.'),
});

const measuredSchema = group(
  'Figures known from elsewhere; what is given here is not taken from the measurement, and the report says so.',
  {
    confirmed: input('measured.confirmed', rate().optional()),
    smallestFail: input('measured.smallestFail', rate().optional()),
    latency: input('measured.latency', duration().optional()),
    scalingEfficiency: input('measured.scalingEfficiency', ratio().optional()),
    faults: z.array(knownFaultSchema, { error: 'a list of faults' }).default([]).describe('The same under faults.'),
  },
);

export const capacitySchema = group('Capacity search and sizing, read by `plimsoll capacity` and `plimsoll size`.', {
  budget: z.enum(['2m', '5m', '10m', '20m']).default('10m').describe('Time for the search, for each entry of `under`.'),
  start: rate().prefault('10/s').describe('Lowest first rate of the search.'),
  probe: flag()
    .default(true)
    .describe(
      'Measures for 3 s what callers without think time reach; the search then begins at a quarter of it. False: at `start`.',
    ),
  under: z
    .array(
      z.union([z.literal('none'), matching(/^[a-z][a-z0-9-]*@[A-Za-z0-9][A-Za-z0-9_-]*$/, 'none, or recipe@dependency')], {
        error: 'none, or recipe@dependency such as slow-dependency@postgres',
      }),
      { error: 'a list such as [none, slow-dependency@postgres]' },
    )
    .min(1, { error: 'at least one entry' })
    .default(['none'])
    .describe('What the search runs under: `none` is healthy, the rest name a recipe and a dependency.'),
  peak: input('peak', rate().optional()),
  window: input('window', duration().prefault('1s')),
  burst: input('burst', number(1, 'a number of at least 1').default(1)),
  burstWindow: input('burstWindow', duration().optional()),
  growth: input('growth', growth().prefault('0%')),
  utilisation: input('utilisation', ratio().prefault('70%')),
  failureUtilisation: input('failureUtilisation', ratio().prefault('90%')),
  reconnect: input('reconnect', duration().optional()),
  average: input('average', rate().optional()),
  zones: input('zones', count(1, 100).default(1)),
  survive: group('Losses under which the peak must still be served.', {
    instances: input('survive.instances', count(0, 1000).default(1)),
    zones: input('survive.zones', count(0, 99).default(0)),
  }).prefault({}),
  minimum: input('minimum', count(1, 10_000).default(2)),
  target: group('The measured target.', {
    instances: count(1, 10_000).default(1).describe('Replicas behind the measured target.'),
    replicas: matching(/^[a-zA-Z_:][a-zA-Z0-9_:]*(\{.*\})?$/, 'the name of a gauge, with labels where it has several series')
      .optional()
      .describe(
        'Gauge on the page of `target.metrics` that counts them: a trial during which it changes does not count. Default: a well-known one of Kubernetes, where the page has a single series of it.',
      ),
  }).prefault({}),
  instance: instanceSchema.prefault({}),
  sessions: sessionsSchema.prefault({}),
  dependency: dependencySchema.optional(),
  rolling: rollingSchema.optional(),
  autoscaling: autoscalingSchema.optional(),
  measured: measuredSchema.prefault({}),
});
