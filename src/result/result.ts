import { z } from 'zod';
import { attempt } from './attempt.js';
import { callCounts, endpointFigures, errorFigure, retriedFigure, tenantFigures, toolFigures } from './call-figures.js';
import { capacity } from './capacity-figures.js';
import { event } from './event-figures.js';
import { exemplar } from './exemplar.js';
import { fairness } from './fairness-figures.js';
import { fault } from './fault-figures.js';
import { gate } from './gate-figures.js';
import { latencyFigures, latencyTable } from './latency-figures.js';
import { disturbed, groupFigures, phaseFigures } from './phase-figures.js';
import { readinessItem } from './readiness.js';
import { count, facts, list, optional, shape } from './schema-terms.js';
import { health, saturation } from './signal-figures.js';
import { verdict } from './verdict.js';

/** `result.json`: its schema, from which the types and the JSON Schema of the package are made. */

const run = shape({
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
    .enum([
      'completed',
      'interrupted',
      'terminated',
      'aborted',
      'server-exited',
      'build-lost',
      'disk-full',
      'failed',
      'cut-short',
    ])
    .describe(
      'build-lost: a build of a gate could not be loaded for a later pair; cut-short: the journal has no end, for plimsoll was killed.',
    ),
  notes: list(shape({ atS: z.number(), level: z.enum(['info', 'warning', 'error']), code: z.string(), text: z.string() })),
});

const validity = shape({
  valid: z
    .boolean()
    .describe(
      'False when a check is in doubt: the delay of this machine, or load that it withheld, could have made its outcome.',
    ),
  reasons: list(z.string()).describe('Why something is in doubt: each reason once, with its phases.'),
  disturbed: disturbed
    .extend({
      view: z
        .enum(['run-delay', 'pressure', 'elsewhere', 'none', 'unknown'])
        .describe(
          'How delay of the server was seen. run-delay: its processes; pressure: the whole machine; elsewhere: it runs on another machine, where noise is not seen; none: it runs here and nothing tells; unknown: the journal holds no delays.',
        ),
    })
    .readonly(),
  generator: shape({
    latenessUs: optional(latencyFigures),
    droppedByGenerator: z.number(),
    cpu: optional(z.number().describe('Mean cores used by plimsoll.')),
    steal: optional(z.number()),
    throttled: optional(z.number()),
    eventLoopUtilisation: optional(z.number().describe('Shown, never judged.')),
  }),
});

const streams = shape({
  /** Summed over load threads, like `most`: bounds of what stood at one time. */
  fewest: count('Fewest that stood at the end of a second.'),
  most: count('Most that stood at the end of a second.'),
  lost: count('Ended without our doing.'),
  messages: count('Messages that came on them.'),
}).describe('Streams held open during the calls, over the whole run.');

/** Streams held open during the calls, over the whole run. */
export type StreamFigures = z.infer<typeof streams>;

const sessions = shape({
  opened: count('Opened, those in the place of others included.'),
  lost: count(
    'Recognised as gone: by an answer that says so, by a rule of `classify`, or because calls on it did nothing but fail while they succeeded on a new one.',
  ),
  replaced: count('Opened again in the place of a lost one.'),
  ended: count(
    'Ended by us: a DELETE was sent; over HTTP+SSE the stream was closed, on stdio the process was ended. Absent where the run was cut short.',
  ).exactOptional(),
  endedByStatus: z
    .record(z.string(), z.number())
    .readonly()
    .exactOptional()
    .describe(
      'Those DELETEs by the HTTP status of their answer, `none` where there was none. All 405: the server does not end sessions.',
    ),
}).describe('MCP sessions of the load, over the whole run; absent where the target keeps none.');

/** MCP sessions of the load, over the whole run. */
export type SessionFigures = z.infer<typeof sessions>;

const resultSchema = shape({
  schema: z.literal('plimsoll.result/1'),
  run,
  validity,
  totals: shape({
    ...callCounts,
    connections: shape({ opened: count('Connections opened.'), reused: count('Calls on a connection that stood.') }),
    streams: optional(streams),
  }).describe('Every phase except warm-up.'),
  latencyUs: latencyTable,
  tools: list(toolFigures),
  endpoints: list(endpointFigures),
  tenants: list(tenantFigures),
  /** Absent with fewer than two tenants. */
  fairness: optional(fairness),
  phases: list(phaseFigures),
  groups: list(groupFigures),
  errors: list(errorFigure),
  /** Absent when nothing was. */
  retried: optional(list(retriedFigure).describe('Failed attempts that were tried again, by class; not in `errors`.')),
  exemplars: list(exemplar),
  faults: list(fault),
  events: optional(list(event).describe('Commands of the scenario; only where it has any.')),
  health: list(health),
  saturation,
  sessions: sessions.exactOptional(),
  /** Only of a capacity search. */
  capacity: capacity.exactOptional(),
  attempts: optional(
    list(attempt).describe('Of a run that was repeated, the last one being this: only where there were others.'),
  ),
  /** Only of a gate. */
  gate: gate.exactOptional(),
  readiness: list(readinessItem).describe(
    'What has to be known before production, and what this run proved of it. Not tested is not a pass.',
  ),
  verdict,
});

/** `result.json`. Warm-up is in `phases` and never in `totals`; `totals` hold every other segment. Unknown figures are absent, never zero. */
export type Result = z.infer<typeof resultSchema>;

/** A result before it was judged. */
export type MeasuredResult = Omit<Result, 'attempts' | 'readiness' | 'verdict'>;

/** What a `result.json` holds: the result as it stands there, or what is wrong with it. */
export function readableResult(
  content: unknown,
): { readonly result: Result } | { readonly result: undefined; readonly problem: string } {
  const parsed = resultSchema.safeParse(content);
  // As it stands in the file, not as the schema copies it.
  if (parsed.success) return { result: content as Result };
  const [issue] = parsed.error.issues;
  return { result: undefined, problem: `${issue?.path.map(String).join('.') || '(file)'}: ${issue?.message}` };
}

/** JSON Schema (2020-12) of `result.json`. */
export const resultJsonSchema = (): object => ({
  ...z.toJSONSchema(resultSchema, { reused: 'ref' }),
  title: 'plimsoll result',
  description:
    'The result of a run of plimsoll, derived from its journal. Latency in microseconds, times in seconds from the start of the first phase. Unknown figures are absent, never zero.',
});
