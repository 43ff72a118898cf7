import { setTimeout as wait } from 'node:timers/promises';
import { sessionParts } from '../run-parts.js';
import type { GateParts } from './gate-request.js';

/** The real parts of a gate. */
export const gateParts: GateParts = {
  ...sessionParts,
  nowMs: () => performance.now(),
  pause: async (ms, ended) => {
    if (ms > 0) await wait(ms, undefined, { signal: ended }).catch(() => undefined);
  },
};
