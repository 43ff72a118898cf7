import { z } from 'zod';
import { TRAFFIC_KINDS } from '../journal/sessions-entry.js';
import { shape } from './schema-terms.js';

export const traffic = shape({
  what: z.enum(TRAFFIC_KINDS),
  drives: z.number().describe('Stretches of load; the preflight and the weighing of idle sessions count as one each.'),
  calls: z.number().describe('Requests that were started, settle, drain and retries included.'),
  failed: z.number(),
});

/** Everything that a capacity search sent, by what it was for. */
export type TrafficFigures = z.infer<typeof traffic>;
