import { z } from 'zod';
import { OUTCOME_CLASSES, type OutcomeClass } from '../outcome.js';
import {
  duration,
  durationOrZero,
  flag,
  group,
  json,
  jsonObject,
  jsonPointer,
  matching,
  nonEmpty,
  ratio,
  regularExpression,
} from './field-types.js';

/** Names of feeds and saved values, as templates spell them. */
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

const anyNumber = z.number({ error: 'a number' });

const jsonExpectationSchema = z.strictObject({
  min: anyNumber.optional().describe('The value is a number of at least this.'),
  max: anyNumber.optional().describe('The value is a number of at most this.'),
  equals: json().optional().describe('The value is equal to this.'),
  matches: regularExpression().optional().describe('The value is a text that matches this regular expression.'),
  exists: flag().optional().describe('The value is there (true) or is not (false).'),
});

const expectSchema = group(
  'What a good answer looks like; all conditions must hold, else the call ends as `expectation-failed`.',
  {
    error: flag().optional().describe('Expected `isError` of the answer. Default false.'),
    text: regularExpression().optional().describe('Regular expression over the joined text content.'),
    schema: flag().optional().describe('Check `structuredContent` against the outputSchema of the tool. Default false.'),
    json: z
      .record(jsonPointer(), jsonExpectationSchema, { error: 'a map of JSON Pointers to conditions' })
      .optional()
      .describe('Conditions by JSON Pointer into `structuredContent`, or into the first text content read as JSON.'),
  },
);

const weight = () =>
  z
    .number({ error: 'a number above 0' })
    .positive({ error: 'a number above 0' })
    .default(1)
    .describe('Share of the arrivals, in proportion to the sum of all weights.');

const toolName = () => nonEmpty('the name of a tool');

/** Lists that a server may be asked for, as `list:` names them. */
const LISTS = ['tools', 'resources', 'prompts', 'templates'] as const;

/** What may stand in the place of `tool`. */
const others = {
  resource: nonEmpty('the URI of a resource')
    .optional()
    .describe('Resource to read, by its URI, which may hold templates as arguments do.'),
  prompt: nonEmpty('the name of a prompt')
    .optional()
    .describe('Prompt to get; `arguments` are its arguments, all of them texts.'),
  list: z.enum(LISTS).optional().describe('List to ask for: its first page. A client that starts asks for `tools`.'),
};

const argumentsOf = () =>
  jsonObject()
    .default({})
    .describe('Arguments of the tool; any text in them may hold `{{ seq }}`, `{{ feed.column }}` or `{{ saved }}`.');

const cancelSchema = group(
  'Cancels calls under way, as users do; they count as `cancelled`, neither as successes nor as failures.',
  {
    after: duration().describe('Time from the start of the call.'),
    share: ratio().default(1).describe('Share of the calls to cancel when they take that long. Default: all.'),
  },
);

const stepSchema = z
  .strictObject({
    tool: toolName().optional().describe('Tool to call.'),
    ...others,
    arguments: argumentsOf(),
    expect: expectSchema.optional(),
    cancel: cancelSchema.optional(),
    save: z
      .record(matching(VARIABLE_NAME, 'a name of letters, digits, _ or -'), jsonPointer(), {
        error: 'a map of names to JSON Pointers',
      })
      .default({})
      .describe('Values kept for later steps: name to JSON Pointer into the answer.'),
    think: durationOrZero().optional().describe('A pause instead of a call; it holds no slot.'),
  })
  .meta({ oneOf: ['tool', 'resource', 'prompt', 'list', 'think'].map((key) => ({ required: [key] })) });

export const callSchema = z
  .strictObject({
    tool: toolName().optional().describe('Tool to call.'),
    ...others,
    journey: nonEmpty('a name').optional().describe('Name of a journey: steps one after the other, one arrival in all.'),
    weight: weight(),
    arguments: argumentsOf(),
    expect: expectSchema.optional(),
    cancel: cancelSchema.optional(),
    steps: z
      .array(stepSchema, { error: 'a list of steps' })
      .min(1, { error: 'at least one step' })
      .optional()
      .describe('Journey only: calls and pauses. Step k is due when step k-1 ended, plus thinking.'),
  })
  .meta({
    oneOf: [...['tool', 'resource', 'prompt', 'list'].map((key) => ({ required: [key] })), { required: ['journey', 'steps'] }],
  });

export const callsSchema = z
  .array(callSchema, { error: 'a list such as [{ tool: echo, arguments: { message: hello } }]' })
  .min(1, { error: 'at least one call' })
  .describe('The mix. Only tools listed here are ever called.');

/** What a site rule may call an answer: everything that an answer or its absence can mean, but not what the generator itself decides. */
const CLASSIFY_AS = OUTCOME_CLASSES.filter(
  (name) =>
    name !== 'dropped' &&
    name !== 'dropped-by-generator' &&
    name !== 'unsendable' &&
    name !== 'unfinished' &&
    name !== 'cancelled',
) as readonly OutcomeClass[];

export const classifyRuleSchema = z.strictObject({
  when: group('All given conditions must hold.', {
    rpcCode: z.int({ error: 'a whole number such as -32050' }).optional().describe('JSON-RPC error code.'),
    httpStatus: z.int({ error: 'a status from 100 to 599' }).min(100).max(599).optional().describe('HTTP status.'),
    toolErrorText: regularExpression().optional().describe('Regular expression over the text of an answer with `isError`.'),
    rpcMessage: regularExpression().optional().describe('Regular expression over the message of a JSON-RPC error.'),
  }),
  as: z.enum(CLASSIFY_AS).describe('Outcome class of a call that ends so.'),
});

export const classifySchema = z
  .array(classifyRuleSchema, { error: 'a list such as [{ when: { rpcCode: -32050 }, as: policy-denied }]' })
  .describe('Site-specific meaning of answers, before the built-in rules; the first rule that fits wins.');

export const feedSchema = z
  .strictObject({
    file: nonEmpty('a CSV file')
      .optional()
      .describe(
        'CSV file in UTF-8 with a heading line, relative to the scenario file. Cells are separated by commas; where the heading has none, by ; or tab or |.',
      ),
    rows: z
      .array(jsonObject(), { error: 'a list of maps' })
      .min(1, { error: 'at least one row' })
      .optional()
      .describe('Rows in place.'),
    order: z
      .enum(['random', 'sequential'])
      .default('random')
      .describe('How arrivals draw rows; `sequential` starts again at the end.'),
  })
  .meta({ oneOf: [{ required: ['file'] }, { required: ['rows'] }] });

export const dataSchema = z
  .record(matching(VARIABLE_NAME, 'a name of letters, digits, _ or -'), feedSchema, { error: 'a map of feed names to feeds' })
  .describe('Data feeds by name; a column is written `{{ feed.column }}` in arguments.');
