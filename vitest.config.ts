import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './test/closing-line-reporter.js';

const E2E = 'test/e2e/**/*.test.ts';

/** Whole runs whose outcome does not hang on the machine being quiet: what is asked is that they end, and how. */
const STURDY = [
  'api',
  'capacity-stopped',
  'clean-up',
  'compare',
  'engine-lost',
  'everything-sent',
  'field-servers',
  'gate',
  'package',
  'peers',
  'size',
  'stopped',
  'target',
  'url-credentials',
  'wrong-faults',
].map((name) => `test/e2e/${name}.test.ts`);

/**
 * Parts that `npm run test:quick` leaves out, since they take long: `npm test` and CI run them. A test belongs here when it starts programs of its own
 * for seconds, or tries thousands of cases. `npx vitest run test/faults` runs them like any other.
 */
const LONG = [
  // Fault agents and embedded proxies as processes, a real Toxiproxy, a real Redis.
  'faults/**/*',
  'environment/dead-dependency',
  'environment/killed',
  'environment/open-environment',
  'environment/scenario-events',
  'scenario/faults/catalogue',
  'toxiproxy/postgres-through',
  'toxiproxy/process',
  // Builds that are stopped with what they started, checkouts of a repository.
  'run/gate/build-in',
  'run/gate/prepare-builds',
  // The sample server and its PostgreSQL.
  'sample/**/*',
  // The watchdog, whose programs are killed.
  'watchdog/**/*',
  // Servers by stdio, a process each, and the tools of others.
  'conformance/**/*',
  'hostile/fuzz',
  'hostile/fuzz-lines',
  'hostile/stdio',
  'mcp/endurance',
  'mcp/message-asks',
  'mcp/stdio-era',
  // A browser.
  'report/browser',
  // Ten thousand hostile texts on every way to the screen; searches of ten minutes, simulated.
  'cli/hostile-text',
  'capacity/search/simulated-search',
  // Laws that hold over thousands of draws: gates, baselines, queues, neighbours.
  'analysis/fairness-by-chance',
  'analysis/noise/simulated-runs',
  'gate/gate-table',
  'gate/judge-gate',
  'judge/old-rules',
  'statistics/prediction',
].map((name) => `test/${name}.test.ts`);

/** Rooms without sockets and processes, as `test/layering.test.ts` holds, and the grammar. */
const PURE_ROOMS = [
  'analysis',
  'capacity',
  'compare',
  'gate',
  'journal',
  'judge',
  'report',
  'result',
  'scenario',
  'sizing',
  'statistics',
  'text',
];
const PURE = PURE_ROOMS.map((room) => `test/${room}/**/*.test.ts`);

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLineReporter()],
    // Of `npm run coverage`: what computes, judges and reports, by its own tests. What drives load runs in threads and processes, where it is not counted.
    coverage: {
      provider: 'v8',
      include: PURE_ROOMS.map((room) => `src/${room}/**/*.ts`),
      // Runs in a browser.
      exclude: ['src/report/page/**'],
      reporter: ['text-summary'],
      thresholds: { statements: 92, branches: 84, functions: 90, lines: 93 },
    },
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [E2E, ...LONG, ...PURE],
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
          name: 'pure',
          include: PURE,
          exclude: LONG,
          // What they load has no state: files share it, which saves a quarter of a second each.
          isolate: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 4,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: LONG,
          testTimeout: 60_000,
          hookTimeout: 60_000,
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
