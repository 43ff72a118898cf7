import { z } from 'zod';
import { OUTCOME_CLASSES, type OutcomeClass } from '../mcp/outcome.js';
import { capacitySchema } from './capacity-result-schema.js';
import { checkSchema } from './check-schema.js';
import type { Result } from './result.js';

/** `result.json` as zod sees it, from which the JSON Schema of the package is made. `result.ts` holds the types; the two must agree. */

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const facts = (words: string) => z.record(z.string(), z.unknown()).readonly().describe(words);
const count = (words: string) => z.int().nonnegative().describe(words);
const optional = <T extends z.ZodType>(type: T) => type.exactOptional();

const outcomeClass = z.enum(OUTCOME_CLASSES as readonly [OutcomeClass, ...OutcomeClass[]]);
const atUs = optional(z.number().nullable());

const latencyFigures = z
  .strictObject({
    count: count('Answered calls recorded.'),
    min: optional(z.number()),
    mean: optional(z.number()),
    p50: atUs,
    p90: atUs,
    p95: atUs,
    p99: atUs,
    p999: atUs,
    max: atUs.describe('Exact largest answered value; null when some calls were never answered.'),
    unanswered: count('Calls without an answer; they rank above every answered one.'),
  })
  .readonly()
  .describe('Microseconds. A quantile that falls among unanswered calls is null; absent when nothing was recorded.');

const latencyTable = z
  .strictObject({
    response: latencyFigures.describe('Intended start to end, of answered successes.'),
    service: latencyFigures.describe('Actual start to end, of answered successes.'),
    firstByte: latencyFigures.describe('Actual start to first byte or event, of answered successes.'),
    failed: optional(latencyFigures.describe('Response time of answered failures, kept apart from the objective.')),
  })
  .readonly();

const perS = (words: string) => optional(z.number().describe(words));
const callCounts = {
  offered: count('Calls that became due: completed + dropped + droppedByGenerator + unfinished + cancelled.'),
  started: count('Calls that were sent.'),
  completed: count('Calls that ended: ok + failed.'),
  ok: count('Calls that succeeded.'),
  failed: count('Calls that ended in any other way.'),
  dropped: count('Not started because all slots were taken while the generator was on time.'),
  droppedByGenerator: count('Given up because the generator was late.'),
  unfinished: count('Still in flight when the drain ended.'),
  retries: count('Further attempts of calls that failed; not offered calls.'),
  cancelled: optional(count('Taken back by the scenario; neither ok nor failed.')),
  offeredRate: perS('Calls due per second.'),
  achievedRate: perS('Completed calls per second.'),
  goodput: perS('Successful calls per second.'),
  successRate: optional(z.number().min(0).max(1).describe('ok / (offered - droppedByGenerator - cancelled).')),
  bytes: z.strictObject({ sent: count('Bytes of requests.'), received: count('Bytes of answers.') }).readonly(),
};

const errorFigure = z
  .strictObject({
    class: outcomeClass,
    taxonomy: z.enum(['availability', 'latency', 'correctness', 'security', 'quota', 'none']),
    count: count('Calls that ended so.'),
    firstAtS: optional(z.number()),
    sample: optional(z.string()),
  })
  .readonly();

const interaction = z
  .strictObject({
    rounds: count('Requests of the server that were answered within calls.'),
    polls: count('Times that tasks were asked about.'),
    progress: count('Progress notifications.'),
    waitedForUsUs: optional(
      latencyFigures.describe('Time in which the server waited for our replies; left out of every other time.'),
    ),
  })
  .readonly();
const retryAfter = z
  .strictObject({ count: count('Failures that asked to wait.'), mean: z.number(), max: z.number() })
  .readonly()
  .describe('What failures asked callers to wait (Retry-After), in milliseconds.');
const figures = {
  counts: z.strictObject(callCounts).readonly(),
  latencyUs: latencyTable,
  errors: list(errorFigure),
  interaction: optional(interaction),
  retryAfterMs: optional(retryAfter),
};
const toolFigures = z.strictObject({ tool: z.string(), ...figures }).readonly();
const tenantFigures = z.strictObject({ tenant: z.string(), ...figures }).readonly();
const intervalHistogram = z
  .strictObject({ counts: list(z.number()), minUs: z.number(), maxUs: z.number(), sumUs: z.number() })
  .readonly()
  .describe('HDR bucket counts [index step, count, ...]: integer microseconds, lowest value 1, 3 significant digits.');

const segmentKind = z.enum(['warm-up', 'steady', 'ramp', 'burst', 'closed', 'edge', 'fault', 'recovery']);
const segmentValidity = z
  .strictObject({
    valid: z.boolean(),
    reasons: list(z.string()),
    latenessUs: optional(latencyFigures.describe('Actual minus intended start.')),
    generatorCores: optional(z.number()),
    steal: optional(z.number()),
    throttledS: optional(z.number()),
  })
  .readonly();

const phaseFigures = z
  .strictObject({
    id: z.number(),
    name: z.string(),
    phase: z.string(),
    kind: segmentKind,
    startS: z.number().describe('Seconds from the start of the first phase.'),
    endS: z.number(),
    ...figures,
    tools: list(toolFigures),
    tenants: optional(list(tenantFigures)),
    validity: segmentValidity,
  })
  .readonly();

const groupFigures = z
  .strictObject({
    by: z.enum(['judged', 'kind', 'phase']),
    name: z.string(),
    seconds: z.number(),
    ...figures,
    response: optional(intervalHistogram),
    tools: list(z.strictObject({ tool: z.string(), ...figures, response: optional(intervalHistogram) }).readonly()),
    tenants: optional(list(z.strictObject({ tenant: z.string(), ...figures, response: optional(intervalHistogram) }).readonly())),
  })
  .readonly()
  .describe('Segments taken together: counts and histograms added, never figures averaged.');

const neighbourState = z
  .strictObject({
    calls: count('Calls due.'),
    offeredRate: z.number(),
    successRate: z.number(),
    p95Us: atUs.describe('p95 of the response time; null among unanswered calls.'),
  })
  .readonly();
const fairness = z
  .strictObject({
    phases: list(
      z
        .strictObject({
          phase: z.string(),
          index: z.number().describe("Jain's index of the success rates: 1 when all fare alike, 1/n when one gets everything."),
          best: z.strictObject({ tenant: z.string(), successRate: z.number() }).readonly(),
          worst: z.strictObject({ tenant: z.string(), successRate: z.number() }).readonly(),
        })
        .readonly(),
    ),
    neighbours: list(
      z
        .strictObject({
          tenant: z.string(),
          loud: list(z.strictObject({ tenant: z.string(), fromPerS: z.number(), toPerS: z.number() }).readonly()),
          quietPhase: z.string(),
          loudPhase: z.string(),
          quiet: neighbourState,
          during: neighbourState,
          slower: optional(
            z.number().describe('Share of its calls slower than its p95 in the quiet phase; 5 % when nothing changed.'),
          ),
          outcome: z.enum(['hurt', 'held', 'unclear']),
          evidence: z.string(),
        })
        .readonly(),
    ),
  })
  .readonly()
  .describe('Whether tenants were served alike, and whether one hurt another.');

const exemplar = z
  .strictObject({
    kind: z.enum(['error', 'slow']),
    class: outcomeClass,
    tool: z.string(),
    endpoint: z.string(),
    segment: z.string(),
    atS: z.number(),
    responseUs: optional(z.number()),
    serviceUs: optional(z.number()),
    status: optional(z.number()),
    rpcCode: optional(z.number()),
    retryAfterMs: optional(z.number()),
    text: optional(z.string()),
    traceparent: z.string(),
    requestId: z.string(),
  })
  .readonly();

const health = z
  .strictObject({
    probe: z.enum(['live', 'ready']),
    probes: z.number(),
    misses: z.number(),
    unhealthy: list(z.strictObject({ fromS: z.number(), toS: optional(z.number()), detail: optional(z.string()) }).readonly()),
    latencyUs: optional(latencyFigures),
  })
  .readonly();

const span = z.strictObject({ first: z.number(), last: z.number(), max: z.number() }).readonly();
const load = z.strictObject({ mean: z.number(), max: z.number() }).readonly();
const peak = z.strictObject({ max: z.number() }).readonly();
const saturation = z
  .strictObject({
    process: optional(
      z
        .strictObject({
          pid: z.number(),
          cpuCores: optional(load),
          rssBytes: optional(span),
          threads: optional(peak),
          descriptors: optional(peak),
        })
        .readonly(),
    ),
    host: optional(z.strictObject({ busy: optional(load) }).readonly()),
    metrics: optional(z.record(z.string(), span).readonly()),
  })
  .readonly();

const seconds = (words: string) => optional(z.number().describe(words));
const faultPhase = optional(z.strictObject({ segments: list(z.string()), seconds: z.number(), ...figures }).readonly());
const bystander = z.strictObject({
  calls: count('Calls due.'),
  successRate: optional(z.number()),
  p95: optional(z.number().nullable()),
});
const finding = z
  .strictObject({
    code: z.string().describe('Stable name.'),
    level: z.enum(['problem', 'good', 'note']),
    text: z.string(),
    runbook: optional(
      z
        .strictObject({ taxonomy: z.string(), check: z.string(), mitigate: z.string() })
        .readonly()
        .describe('The step it suggests.'),
    ),
  })
  .readonly();
const hung = z
  .strictObject({
    afterMs: z.number().describe('A call counts as hung when it took longer than this.'),
    calls: count('Calls that hung.'),
    answeredLate: count('Answered in the end.'),
    failedLate: count('Failed by the server in the end.'),
    timedOut: count('Given up by the client.'),
    unfinished: count('Still in flight when the drain ended.'),
  })
  .readonly();
const recovery = z
  .strictObject({
    state: z.enum(['survived', 'recovered', 'stayed-down', 'not-observed']),
    recoverS: seconds('From the end of the fault to the first window inside the SLO; resolution one second.'),
    windowS: z.number().describe('Length of the window that has to lie inside the SLO.'),
    watchedS: seconds('How long load was watched after the end of the fault.'),
    text: z.string(),
    drainAtMostS: seconds('The longest time that the backlog explains.'),
  })
  .readonly();
const proxyUse = z
  .strictObject({
    connectionsOpen: z.strictObject({ before: optional(z.number()), duringMax: z.number() }).readonly(),
    connectionsOpened: z.strictObject({ before: z.number(), during: z.number() }).readonly(),
    bytesPerCall: optional(z.strictObject({ before: z.number(), during: z.number() }).readonly()),
    amplification: optional(z.number().describe('Bytes sent to the dependency per call, during against before.')),
  })
  .readonly();

const fault = z
  .strictObject({
    fault: z.number().describe('Index into the faults of the scenario.'),
    dependency: z.string(),
    recipe: z.string().describe('Recipe name, or toxics for raw ones.'),
    engine: optional(z.enum(['embedded', 'toxiproxy'])),
    path: optional(
      z
        .enum(['verified', 'unverified'])
        .describe('Whether the proxied path was seen to carry a connection of the server under test before the load.'),
    ),
    plannedAtS: seconds('When it was due, from the start of the first phase.'),
    plannedForS: seconds('For how long.'),
    steps: z.number().describe('Steps in force, the first included.'),
    startS: seconds('When it took hold; absent when it never did.'),
    removedAtS: seconds('When everything was taken back; absent when nothing says so.'),
    toxics: optional(list(z.record(z.string(), z.unknown()).readonly())),
    failure: optional(z.string().describe('Why it could not be done or undone.')),
    tools: optional(list(z.string()).describe('Tools that the phases below count: those that use the dependency, else all.')),
    before: faultPhase,
    during: faultPhase,
    after: faultPhase,
    detectS: seconds('From its start to the end of the first second outside the SLO; resolution one second.'),
    detectedBy: optional(z.string()),
    recovery: optional(recovery),
    recoverS: seconds('As recovery.recoverS.'),
    hung: optional(hung),
    inFlight: optional(z.strictObject({ before: optional(z.number()), duringMax: z.number() }).readonly()),
    proxy: optional(proxyUse.describe('What the embedded engine counted at the proxy.')),
    bystanders: optional(
      list(
        z
          .strictObject({
            tool: z.string(),
            before: optional(bystander.readonly()),
            during: bystander.readonly(),
            touched: z.boolean().describe('It met the SLO before and missed it during the fault.'),
          })
          .readonly(),
      ).describe('Tools that do not use the dependency.'),
    ),
    readiness: optional(
      z
        .strictObject({
          probes: z.number(),
          misses: z.number(),
          missedAfterS: seconds('From the start of the fault to the first miss.'),
          backAfterS: seconds('From the end of the fault to the first good answer.'),
        })
        .readonly(),
    ),
    hiddenByClient: optional(z.number().describe("Failed attempts that the scenario's own retry policy sent again.")),
    wastedCalls: optional(z.number().describe('Finished by the server and answered to nobody, by its own counter.')),
    findings: list(finding),
  })
  .readonly();

const event = z
  .strictObject({
    name: z.string(),
    startS: z.number(),
    endS: seconds('Absent when nothing says that it ended.'),
    exitCode: optional(z.int().describe('Absent when a signal ended it.')),
    durationS: optional(z.number()),
    window: z
      .strictObject({ fromS: z.number(), toS: z.number() })
      .readonly()
      .describe('Whole seconds in which calls were counted: from its start until 5 s after its end.'),
    callsEndedAround: count('Calls that ended in the window, dropped and unfinished ones included.'),
    callsFailedAround: count('Of those: failed, dropped or never answered.'),
  })
  .readonly();

const run = z
  .strictObject({
    id: z.string(),
    scenario: z.string(),
    description: optional(z.string()),
    scenarioHash: z.string().describe('Of the workload, not the target.'),
    startedAt: z.string().describe('ISO 8601, UTC: the time of second 0.'),
    endedAt: optional(z.string()),
    durationS: z.number(),
    version: z.string(),
    labels: z.record(z.string(), z.string()).readonly(),
    host: facts('The machine that made the load.'),
    target: facts('What was loaded.'),
    faultEngine: optional(facts('What injected the faults.')),
    end: z
      .enum(['completed', 'interrupted', 'terminated', 'aborted', 'server-exited', 'disk-full', 'failed', 'cut-short'])
      .describe('cut-short: the journal has no end, for plimsoll was killed.'),
    notes: list(
      z
        .strictObject({ atS: z.number(), level: z.enum(['info', 'warning', 'error']), code: z.string(), text: z.string() })
        .readonly(),
    ),
  })
  .readonly();

const validity = z
  .strictObject({
    valid: z
      .boolean()
      .describe('False when the generator or its machine was the limit: the figures say nothing about the server then.'),
    reasons: list(z.string()),
    generator: z
      .strictObject({
        latenessUs: optional(latencyFigures),
        droppedByGenerator: z.number(),
        cpu: optional(z.number().describe('Mean cores used by plimsoll.')),
        steal: optional(z.number()),
        throttled: optional(z.number()),
        eventLoopUtilisation: optional(z.number().describe('Shown, never judged.')),
      })
      .readonly(),
  })
  .readonly();

export const resultSchema = z
  .strictObject({
    schema: z.literal('plimsoll.result/1'),
    run,
    validity,
    totals: z
      .strictObject({
        ...callCounts,
        connections: z
          .strictObject({ opened: count('Connections opened.'), reused: count('Calls on a connection that stood.') })
          .readonly(),
        streams: optional(
          z
            .strictObject({
              fewest: count('Fewest that stood at the end of a second.'),
              most: count('Most that stood at the end of a second.'),
              lost: count('Ended without our doing.'),
              messages: count('Messages that came on them.'),
            })
            .readonly()
            .describe('Streams held beside the calls, over the whole run.'),
        ),
      })
      .readonly()
      .describe('Every segment but warm-up.'),
    latencyUs: latencyTable,
    tools: list(toolFigures),
    endpoints: list(z.strictObject({ endpoint: z.string(), ...figures }).readonly()),
    tenants: list(tenantFigures),
    fairness: optional(fairness),
    phases: list(phaseFigures),
    groups: list(groupFigures),
    errors: list(errorFigure),
    exemplars: list(exemplar),
    faults: list(fault),
    events: optional(list(event).describe('Commands of the scenario; only where it has any.')),
    health: list(health),
    saturation,
    capacity: capacitySchema.exactOptional(),
    verdict: z
      .strictObject({
        outcome: z.enum(['pass', 'fail', 'inconclusive', 'invalid']),
        exitCode: z.number(),
        summary: z.string(),
        checks: list(checkSchema),
      })
      .readonly(),
  })
  .readonly();

type Agrees<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
/** Does not compile when the types of `result.ts` and this schema differ. */
export const schemaAgreesWithTypes: Agrees<z.infer<typeof resultSchema>, Result> = true;

/** JSON Schema (2020-12) of `result.json`. */
export const resultJsonSchema = (): object => ({
  ...z.toJSONSchema(resultSchema, { reused: 'ref' }),
  title: 'plimsoll result',
  description:
    'What a run of plimsoll came to, derived from its journal. Latency in microseconds, times in seconds from the start of the first phase. Absent is absent: no zero stands for "unknown".',
});
