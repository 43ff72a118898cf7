import { z } from 'zod';
import { count, optional, seconds, shape } from './schema-terms.js';

export const event = shape({
  name: z.string(),
  startS: z.number(),
  endS: seconds('Absent when nothing says that it ended.'),
  exitCode: optional(z.int().describe('Absent when a signal ended it.')),
  durationS: optional(z.number()),
  window: shape({ fromS: z.number(), toS: z.number() }).describe(
    'Whole seconds in which calls were counted: from its start until 5 s after its end.',
  ),
  callsEndedAround: count('Calls that ended in the window, dropped and unfinished ones included.'),
  callsFailedAround: count('Of those: failed, dropped or never answered.'),
});

/** A command of the user's own that was carried out while the load ran. */
export type EventFigures = z.infer<typeof event>;
