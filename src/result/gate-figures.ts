import { z } from 'zod';
import { GATE_METRICS } from '../scenario/gate-settings.js';
import { count, list, optional, shape } from './schema-terms.js';

const figure = (words: string) =>
  optional(z.number().nullable().describe(`${words}; null among calls that were never answered.`));

const buildInPair = shape({
  startS: optional(z.number().describe('From spawning the process to its first answer.')),
  calls: count('Counted calls: due after the edge of a block.'),
  failed: count('Counted calls that failed.'),
  p50Us: figure('Median response time'),
  p95Us: figure('95th percentile'),
  p99Us: figure('99th percentile'),
  cpuUs: optional(z.number().describe('CPU time a call, of all processes of the server.')),
  rssBytes: optional(z.number()),
  died: optional(z.string().describe('Why it exited.')),
});

const pair = shape({
  index: z.int().describe('From 1.'),
  atS: z.number(),
  tookS: z.number(),
  ownS: z.number().describe('Of it neither load nor a server that starts or warms up: what plimsoll itself took.'),
  seed: z.number(),
  discarded: optional(z.string().describe('Why its figures are not used.')),
  baseline: buildInPair,
  candidate: buildInPair,
});

const metric = shape({
  name: z.string().describe('`p95`, or `p95 of search_orders`.'),
  metric: z.enum(GATE_METRICS),
  tool: optional(z.string()),
  unit: z.enum(['us', 'ratio']),
  baseline: figure('Geometric mean over the pairs; of success the rate'),
  candidate: figure('The same'),
  ratio: optional(z.number().describe('Candidate / baseline.')),
  low: optional(z.number().describe('One-sided 99 % lower bound of the ratio; of success absent.')),
  high: optional(z.number().describe('One-sided 95 % upper bound of the ratio; of success, of the difference in failure rate.')),
  interval: optional(z.tuple([z.number(), z.number()]).readonly().describe('Two-sided 95 % interval of the ratio, for display.')),
  pairSd: optional(z.number().describe('Spread of the log ratio of a pair.')),
  regression: optional(z.number().describe('Smallest change that is called worse, as a share.')),
  margin: z.number().describe('What a change must certainly stay under to pass, as a share.'),
  smallestDetectable: optional(
    z.number().describe('Change that the whole rule finds in nine of ten gates at this spread, as a share.'),
  ),
  outcome: z.enum(['worse', 'not-worse', 'open', 'not-judged']),
});

export type GateMetricFigures = z.infer<typeof metric>;

const toolRow = shape({
  tool: z.string(),
  calls: count('Counted calls of both builds.'),
  baselineP95Us: figure('95th percentile over the pairs'),
  candidateP95Us: figure('The same'),
  ratio: optional(z.number()),
  interval: optional(z.tuple([z.number(), z.number()]).readonly()),
});

const contractChange = shape({ tool: z.string(), what: z.enum(['removed', 'added', 'changed']), text: z.string() });

/** What a gate measured and how it decided. */
export const gate = shape({
  mode: z.enum(['duet', 'pairs']),
  self: optional(z.literal(true).describe('The baseline against itself.')),
  phase: z.string(),
  under: optional(z.string().describe('recipe@dependency that was held on for both builds.')),
  baseline: z.string().describe('What it is, as the report calls it.'),
  candidate: z.string(),
  sameProcesses: z
    .boolean()
    .describe('Whether the same processes answered in every pair: their own difference cannot be seen then.'),
  blockMs: optional(z.number()),
  edgeMs: optional(z.number()),
  looks: list(z.int()),
  pairs: list(pair),
  metrics: list(metric),
  tools: list(toolRow),
  contract: shape({ rule: z.enum(['fail', 'warn', 'ignore']), changes: list(contractChange) }),
  decision: z.enum(['pass', 'worse', 'inconclusive']),
  /** Worse at the first look, and never confirmed. */
  unconfirmed: list(z.string()),
});

export type GateFigures = z.infer<typeof gate>;
