import { z } from 'zod';
import { duration, durationOrZero, flag, group, jsonObject, nonEmpty } from './field-types.js';

const delay = () =>
  z
    .union(
      [
        durationOrZero(),
        z.strictObject({
          from: durationOrZero().describe('Shortest.'),
          to: duration().describe('Longest; every time between is as likely.'),
        }),
        z.strictObject({ mean: duration().describe('Exponential with this mean.') }),
      ],
      { error: 'a duration such as 200ms, { from: 100ms, to: 2s } or { mean: 500ms }' },
    )
    .prefault('0s')
    .describe(
      'How long the reply takes: always the same, uniform or exponential. The time is left out of the times of the server.',
    );

export const clientSchema = group(
  'What plimsoll can do when the server asks its client: capabilities that are declared, and how requests are answered.',
  {
    sampling: group('Answers `sampling/createMessage`; without it the capability is not declared.', {
      text: nonEmpty('the text that the model says').describe('What the model says.'),
      model: nonEmpty('the name of a model').default('plimsoll').describe('Name of the model.'),
      delay: delay(),
    }).optional(),
    elicitation: group('Answers `elicitation/create`; without it the capability is not declared.', {
      action: z.enum(['accept', 'decline', 'cancel']).default('accept').describe('What the user does.'),
      content: jsonObject().optional().describe('What the user fills in, with `accept`.'),
      delay: delay(),
    }).optional(),
    roots: group('Answers `roots/list`; without it the capability is not declared.', {
      uris: z.array(nonEmpty('a file:// URI'), { error: 'a list such as [file:///workspace]' }).describe('Roots that are sent.'),
      delay: delay(),
    }).optional(),
    tasks: flag()
      .default(false)
      .describe(
        'Declares the tasks extension (2026-07-28): the server can answer a call with a task, which is polled to its end.',
      ),
    progress: flag().default(false).describe('Asks for progress of every call; the notifications are counted.'),
  },
);
