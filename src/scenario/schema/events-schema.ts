import { z } from 'zod';
import { command, duration, durationOrZero, matching, nonEmpty } from './field-types.js';

export const eventSchema = z.strictObject({
  name: matching(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'a name of letters, digits, _ . or -').describe(
    'What charts and tables call it.',
  ),
  at: durationOrZero().describe('From the start of the first phase, warm-up included.'),
  run: command().describe('Program and arguments, started without a shell; `plimsoll` itself is on its PATH.'),
  cwd: nonEmpty('a folder')
    .optional()
    .describe('Working folder, relative to the scenario file. Default: the folder of that file.'),
  timeout: duration().prefault('60s').describe('After this long it is stopped with all its children.'),
});

export const eventsSchema = z
  .array(eventSchema, { error: 'a list such as [{ at: 40s, run: [./restart.sh], name: restart }]' })
  .describe('Commands of your own in the time line: a restart, a scale-out, a failover.');
