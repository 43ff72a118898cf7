import type { Environment } from '../../src/environment/environment.js';
import { NO_SESSIONS } from '../../src/journal/session-counts.js';

/** An environment without sockets, whose drives are over at once. */
export const idleEnvironment = (change: Partial<Environment> = {}): Environment => ({
  endpoints: [],
  workers: 1,
  notes: [],
  holdFaults: () => Promise.reject(new Error('no faults here')),
  serverExited: new Promise(() => {}),
  drive: () => ({
    startedAtMs: 0,
    nowS: () => 1,
    ended: Promise.resolve({
      reason: 'completed',
      endedS: 1,
      counters: { connectionsOpened: 0, connectionsReused: 0, sessions: NO_SESSIONS, warnings: {} },
    }),
    stop: () => {},
  }),
  close: async () => [],
  ...change,
});
