import { z } from 'zod';
import { outcomeClass } from './call-figures.js';
import { optional, shape } from './schema-terms.js';

export const exemplar = shape({
  kind: z.enum(['error', 'slow']),
  class: outcomeClass,
  /** The call itself may have ended well. */
  retried: optional(z.literal(true).describe('This attempt failed and was tried again.')),
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
});

/** A failed or slow call kept as evidence. */
export type Exemplar = z.infer<typeof exemplar>;
