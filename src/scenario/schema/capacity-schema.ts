import { z } from 'zod';
import { count, duration, growth, matching, nonEmpty, number, rate, ratio, size } from './field-types.js';

const share = (accepted: string) => number(0, accepted);

const instanceSchema = z
  .strictObject({
    cores: number(0.01, 'a number of cores such as 4')
      .optional()
      .describe('CPU cores of one instance. Default: those of the measured one.'),
    memory: size().optional().describe('Memory limit of one instance. Default: no limit known, memory is not counted.'),
    pricePerHour: share('a price of at least 0')
      .optional()
      .describe('Price of one instance an hour. Default: no cost is computed.'),
    heap: size().optional().describe('Heap limit of the runtime, where it is below the memory limit. Default: none.'),
    heapShare: ratio().prefault('100%').describe('Used heap per resident memory, as the slope of one over the other.'),
    pool: count().optional().describe('Connections to the dependency that one instance opens. Default: not counted.'),
    fill: ratio().prefault('80%').describe('Share of a memory, heap or descriptor limit that may be used.'),
    maxSessions: count().optional().describe('Sessions that one instance accepts. Default: no limit.'),
    baseMemory: size().optional().describe('Memory of an idle instance. Default: measured.'),
    sessionMemory: size().optional().describe('Memory of one held session. Default: measured.'),
    callMemory: size().optional().describe('Memory of one call in flight. Default: measured.'),
    descriptors: count()
      .optional()
      .describe('File descriptor limit of one instance. Default: read from the process, else not counted.'),
    baseDescriptors: count(0).default(100).describe('Descriptors of an idle instance.'),
    sessionDescriptors: share('a number of at least 0')
      .default(0)
      .describe('Descriptors of one held session (1 when it holds a stream).'),
    callDescriptors: share('a number of at least 0').default(1).describe('Descriptors of one call in flight.'),
    cpuPerCall: duration().optional().describe('CPU time of one call. Default: measured.'),
    idleCores: share('a number of cores of at least 0').optional().describe('CPU cores used without load. Default: measured.'),
  })
  .describe('One replica as it will be deployed.');

const sessionsSchema = z
  .strictObject({
    held: count(0).default(0).describe('Sessions open at the peak.'),
    opened: rate().optional().describe('Sessions opened at the peak. Default: none.'),
    openingCost: share('a number of calls of at least 0')
      .default(0)
      .describe('Cost of opening a session, in calls. 0 when not measured.'),
    rateVariation: share('a number of at least 0')
      .default(0)
      .describe('Squared coefficient of variation of the call rate between sessions.'),
    affinity: z
      .enum(['none', 'session'])
      .optional()
      .describe('Whether a session stays with one instance. Default: `session` when the target is stateful, else `none`.'),
  })
  .describe('Sessions at the peak.');

const dependencySchema = z
  .strictObject({
    name: nonEmpty('the name of a dependency')
      .optional()
      .describe('Entry of `dependencies`. Default: the only one that has `maxConnections`.'),
    maxConnections: count().optional().describe('Connections it allows. Default: that of the entry of `dependencies`.'),
    reserved: count(0).default(3).describe('Connections it keeps for its administrators.'),
    otherConnections: count(0).default(0).describe('Connections that others hold.'),
    callsPerCall: share('a number of at least 0').default(1).describe('Calls to it for one tool call.'),
    capacity: rate().optional().describe('Calls a second that it can serve. Default: not known, the demand is printed.'),
  })
  .describe('The dependency that instances share and that more instances cannot cure.');

const podCount = (what: string) =>
  z
    .union([count(0, 10_000), matching(/^[0-9]+%$/, 'a number or a share such as 25%')], {
      error: 'a number or a share such as 25%',
    })
    .describe(what);

const rollingSchema = z
  .strictObject({
    maxUnavailable: podCount('Instances that may be missing during an update, a number or a share.').default(0),
    maxSurge: podCount('Instances above the count during an update, a number or a share.').default(1),
  })
  .describe('A rolling update at the peak as one more state to survive. Default: not counted.');

const autoscalingSchema = z
  .strictObject({
    requestCores: number(0.01, 'a number of cores such as 1')
      .optional()
      .describe('CPU request of one instance. Default: CPU used at its capacity.'),
    growthPerSecond: growth().prefault('0%').describe('How fast load may rise, as a share per second.'),
    lag: duration().prefault('120s').describe('From a rise of the load to a new instance that serves.'),
    tolerance: ratio().prefault('10%').describe('Deviation that the autoscaler leaves alone.'),
    trough: rate().optional().describe('Smallest load of the day. Default: the average.'),
    troughSessions: count(0).default(0).describe('Sessions held then.'),
  })
  .describe('A horizontal autoscaler. Default: a fixed count of instances.');

const knownFaultSchema = z.strictObject({
  name: matching(/^[a-z][a-z0-9-]*@[A-Za-z0-9][A-Za-z0-9_-]*$/, 'recipe@dependency').describe('recipe@dependency.'),
  rate: z
    .union([rate(), z.literal('0/s')], { error: 'a rate such as 60/s, or 0/s when nothing passes' })
    .describe('Rate that one instance sustains under it.'),
  latency: duration().describe('Response time under it.'),
  timeout: duration().describe('When callers give up.'),
  amplification: number(1, 'a number of at least 1').default(1).describe('Calls made for one call wanted, retries included.'),
});

const measuredSchema = z
  .strictObject({
    confirmed: rate().optional().describe('Rate that one instance sustains.'),
    smallestFail: rate().optional().describe('Lowest rate that failed.'),
    latency: duration().optional().describe('Mean response time at the planned load.'),
    scalingEfficiency: ratio()
      .optional()
      .describe(
        'Capacity of two instances against twice that of one. Default: not measured, linear scaling is assumed and said.',
      ),
    faults: z.array(knownFaultSchema, { error: 'a list of faults' }).default([]).describe('The same under faults.'),
  })
  .describe('Figures known from elsewhere; what is given here is not taken from the measurement, and the report says so.');

export const capacitySchema = z
  .strictObject({
    budget: z.enum(['2m', '5m', '10m', '20m']).default('10m').describe('Time for the search, for each entry of `under`.'),
    start: rate().prefault('10/s').describe('First rate of the search.'),
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
    peak: rate().optional().describe('Planned peak, as an average over `window`. Default: no sizing.'),
    window: duration().prefault('1s').describe('Over which the peak is an average.'),
    burst: number(1, 'a number of at least 1').default(1).describe('Largest rate inside the window, over the peak.'),
    burstWindow: duration()
      .optional()
      .describe(
        'Over which the burst is an average; shorter than `window`, else the peak already holds it. Default: a tenth of `window`, at most 1s.',
      ),
    growth: growth().prefault('0%').describe('Growth of calls and sessions until the planning date.'),
    utilisation: ratio().prefault('70%').describe('Use of the capacity with all instances up.'),
    failureUtilisation: ratio().prefault('90%').describe('Use of the capacity in a failure state.'),
    reconnect: duration().optional().describe('Over which lost sessions come back. Default: not known, and a warning.'),
    average: rate().optional().describe('Average rate, for the cost. Default: no cost per call.'),
    zones: count(1, 100).default(1).describe('Zones that the instances are spread over.'),
    survive: z
      .strictObject({
        instances: count(0, 1000).default(1).describe('Instances on the fullest node that may be lost.'),
        zones: count(0, 99).default(0).describe('Zones you can lose.'),
      })
      .prefault({})
      .describe('Losses under which the peak must still be served.'),
    minimum: count(1, 10_000).default(2).describe('Fewest instances.'),
    target: z
      .strictObject({
        instances: count(1, 10_000).default(1).describe('Replicas behind the measured target.'),
        replicas: matching(/^[a-zA-Z_:][a-zA-Z0-9_:]*(\{.*\})?$/, 'the name of a gauge, with labels where it has several series')
          .optional()
          .describe(
            'Gauge on the page of `target.metrics` that counts them: a trial during which it changes does not count. Default: a well-known one of Kubernetes, where the page has a single series of it.',
          ),
      })
      .prefault({})
      .describe('The measured target.'),
    instance: instanceSchema.prefault({}),
    sessions: sessionsSchema.prefault({}),
    dependency: dependencySchema.optional(),
    rolling: rollingSchema.optional(),
    autoscaling: autoscalingSchema.optional(),
    measured: measuredSchema.prefault({}),
  })
  .describe('Capacity search and sizing, read by `plimsoll capacity` and `plimsoll size`.');
