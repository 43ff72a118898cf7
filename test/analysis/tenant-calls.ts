import { analyse } from '../../src/analysis/analyse.js';
import type { Result } from '../../src/result/result.js';
import type { OutcomeClass } from '../../src/scenario/outcome.js';
import { journalOf, type MadeCall, seeded, startEntry, timelineOf } from './made-journal.js';

export const timeline = timelineOf([
  { name: 'steady', kind: 'steady', forS: 10 },
  { name: 'burst', kind: 'burst', forS: 10 },
]);

/** Calls of a tenant in a phase, evenly spread, with exponential service times of a mean. */
export const calls = (tenant: string, segment: number, count: number, meanMs: number, failing = 0): MadeCall[] => {
  const random = seeded(segment * 100 + tenant.length);
  return Array.from({ length: count }, (_, i) => ({
    tool: 'echo',
    endpoint: 'http://a',
    tenant,
    segment,
    dueS: segment * 10 + (i * 9) / count,
    latenessUs: 0,
    serviceUs: Math.max(1, Math.round(-Math.log(1 - random()) * meanMs * 1000)),
    outcome: (i < failing ? 'rate-limited' : 'ok') as OutcomeClass,
  }));
};

/** What is said of tenants in a quiet phase and a burst. */
export const fairnessOf = (...all: readonly MadeCall[][]): Result['fairness'] =>
  analyse(journalOf(startEntry(timeline), all.flat())).result.fairness;
