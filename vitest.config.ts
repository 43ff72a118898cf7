import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './test/closing-line-reporter.js';

const E2E = 'test/e2e/**/*.test.ts';

/** Whole runs whose outcome does not hang on the machine being quiet: what is asked is that they end, and how. */
const STURDY = [
  'api',
  'capacity-stopped',
  'clean-up',
  'engine-lost',
  'everything-sent',
  'field-servers',
  'package',
  'peers',
  'size',
  'stopped',
  'target',
  'url-credentials',
  'wrong-faults',
].map((name) => `test/e2e/${name}.test.ts`);

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLineReporter()],
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [E2E],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Most of these wait for sockets and timers: one worker a core would leave the cores idle.
          maxWorkers: 4,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: STURDY,
          testTimeout: 180_000,
          hookTimeout: 60_000,
          maxWorkers: 4,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Whole runs need the machine for themselves, else their own checks call them invalid: one file at a time, after all others.
        extends: true,
        test: {
          name: 'e2e',
          include: [E2E],
          exclude: STURDY,
          // A run that a busy machine spoiled is made again; on a quiet one none of them takes 15 s.
          testTimeout: 180_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
