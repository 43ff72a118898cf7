import { z } from 'zod';
import { GATE_METRICS } from '../gate-settings.js';
import { command, count, duration, group, growth, matching, nonEmpty, ratio } from './field-types.js';

/** Keys of `target` that a build may have of its own. Their values are checked as those of `target`, when they stand in its place. */
export const BUILD_TARGET_KEYS = [
  'url',
  'server',
  'command',
  'env',
  'cwd',
  'headers',
  'auth',
  'tls',
  'health',
  'metrics',
  'pid',
] as const;

const targetKeys = Object.fromEntries(
  BUILD_TARGET_KEYS.map((key) => [key, z.unknown().optional().describe(`In place of \`target.${key}\`.`)]),
) as Record<(typeof BUILD_TARGET_KEYS)[number], z.ZodOptional<z.ZodUnknown>>;

const buildKeys = {
  ...targetKeys,
  git: nonEmpty('a branch, tag or commit')
    .optional()
    .describe('Revision that is checked out into a folder of its own, built and started.'),
  folder: nonEmpty('a folder')
    .optional()
    .describe('Folder of another checkout, relative to the scenario file, built and started.'),
};
const A_BUILD = { error: 'a map such as { url: http://127.0.0.1:3001/mcp }, { git: main } or { folder: ../base }' };

const buildSchema = group(
  'One of the two builds: keys in place of those of `target`, or `git`, or `folder`.',
  buildKeys,
  A_BUILD,
);

const baselineSchema = group(
  'The build to compare with, or the saved runs of one.',
  {
    ...buildKeys,
    file: nonEmpty('a baseline file')
      .optional()
      .describe(
        'Saved by `plimsoll baseline save`, relative to the scenario file: one run of the candidate is judged by what its runs predict.',
      ),
  },
  A_BUILD,
);

const limitsFor = (metric: string, regression: string, margin: string) =>
  group(`Limits of the change of ${metric}.`, {
    regression: growth().prefault(regression).describe('Smallest change that is called worse, beyond chance.'),
    margin: growth().prefault(margin).describe('What a change has to stay under, with 95 % certainty, to pass.'),
  }).prefault({});

export const gateSchema = group('Compares two builds: is the candidate slower, does it fail more often, does it need more CPU?', {
  baseline: baselineSchema
    .optional()
    .describe('The build to compare with, or the saved runs of one. Default: `--baseline` of the command line.'),
  candidate: buildSchema.default({}).describe('The build that is judged. Default: `target`, unchanged.'),
  build: command().optional().describe('Run once in the folder of a `git` or `folder` build, for instance [npm, ci].'),
  start: command().optional().describe('Starts a `git` or `folder` build there. Default: `target.server.command`.'),
  mode: z
    .enum(['duet', 'pairs', 'stored'])
    .default('duet')
    .describe(
      '`duet`: both builds are up, and the load goes to them by turns in blocks; `pairs`: one after the other; `stored`: against a saved baseline file.',
    ),
  phase: nonEmpty('the name of a phase').optional().describe('Phase that is played. Default: the first steady one.'),
  under: matching(/^[a-z-]+@[A-Za-z0-9_-]+$/, 'recipe@dependency such as slow-dependency@postgres')
    .optional()
    .describe('Fault that is held on for both builds, recipe@dependency.'),
  metrics: z
    .array(z.enum(GATE_METRICS, { error: `one of ${GATE_METRICS.join(', ')}` }), {
      error: 'a list such as [p95, success, cpu]',
    })
    .min(1, { error: 'at least one metric' })
    .max(4, { error: 'at most 4 metrics: each one more makes it harder to find a change' })
    .default(['p95', 'success', 'cpu'])
    .describe('What is judged. `cpu` needs a server that plimsoll starts, or a `pid`.'),
  tools: z
    .array(nonEmpty('the name of a tool'), { error: 'a list of tool names' })
    .default([])
    .describe('Tools whose latency is judged alone too.'),
  limits: group('What counts as worse, and what passes.', {
    p50: limitsFor('the median', '5%', '10%'),
    p95: limitsFor('the 95th percentile', '5%', '10%'),
    p99: limitsFor('the 99th percentile', '5%', '10%'),
    cpu: limitsFor('CPU time a call', '3%', '5%'),
    success: group('Limit of the change of the success rate.', {
      margin: ratio().prefault('1%').describe('By how much more of its calls the candidate may fail, as a share of all calls.'),
    }).prefault({}),
  }).prefault({}),
  pairs: group('One pair: both builds started afresh, under the same calls.', {
    warmUp: duration().prefault('5s').describe('Load that is not counted, at the start of each pair.'),
    measure: duration().prefault('30s').describe('Load that is counted, half of it for each build.'),
    block: duration().prefault('1s').describe('Length of a turn; longer where calls are slow.'),
    looks: z
      .array(count(2, 100), { error: 'a list of rising numbers such as [5, 8, 12]' })
      .min(1, { error: 'at least one number' })
      .default([5, 8, 12])
      .describe('Numbers of pairs at which the gate decides, if it can.'),
  }).prefault({}),
  budget: duration().prefault('12m').describe('Longest that all pairs may take.'),
  contract: z.enum(['fail', 'warn', 'ignore']).default('warn').describe('What becomes of tool lists that differ.'),
});
