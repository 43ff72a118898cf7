import { describe, expect, it } from 'vitest';
import { holdFaults } from '../../src/environment/hold-faults.js';
import { EXIT } from '../../src/errors/exit-codes.js';
import type { DriveReport, FaultAgent } from '../../src/faults/fault-agent.js';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import { scenarioOf } from '../load/scenario-of.js';

const slow = scenarioOf({
  dependencies: { db: { listen: '127.0.0.1:1', upstream: '127.0.0.1:2', tools: [] } },
  faults: [{ dependency: 'db', inject: 'slow-dependency', with: {}, atMs: 0, forMs: 60_000 }],
});

/** An agent that carries out nothing: it tells what a test has it tell. */
function agentThatTells(report: (atMs: number) => DriveReport) {
  const done: string[] = [];
  const agent: FaultAgent = {
    pid: 1,
    engine: { name: 'embedded', version: '1', url: 'http://127.0.0.1:1' },
    proxies: [],
    count: async () => undefined,
    schedule: (startedAtMs, faults, tell) => {
      done.push(`schedule ${faults.map(({ recipe, atMs }) => `${recipe} at ${atMs}`).join()}`);
      setTimeout(() => tell(report(startedAtMs + 2000)), 1);
    },
    lift: async () => {
      done.push('lift');
      return [];
    },
    close: async () => [],
  };
  return { agent, done };
}

const fault = (what: 'on' | 'failed') => (atMs: number) =>
  ({ report: 'fault', atMs, fault: 0, dependency: 'db', recipe: 'slow-dependency', what, text: 'words' }) as const;

describe('holdFaults', () => {
  it('is there once the fault is in force, tells times of the whole run, and takes it off once', async () => {
    const { agent, done } = agentThatTells(fault('on'));
    const entries: JournalEntry[] = [];
    const held = await holdFaults(agent, slow, Date.now() - 10_000, (entry) => void entries.push(entry));
    expect(done).toEqual(['schedule slow-dependency at 0']);
    expect(entries[0]).toMatchObject({ type: 'fault', what: 'on' });
    expect((entries[0] as { t: number }).t).toBeGreaterThan(11.9);
    expect((entries[0] as { t: number }).t).toBeLessThan(13.5);
    await held.release();
    await held.release();
    expect(done).toEqual(['schedule slow-dependency at 0', 'lift']);
  });

  it('ends with exit code 7 when the fault cannot be put in force, or its engine is gone', async () => {
    const refused = agentThatTells(fault('failed'));
    await expect(holdFaults(refused.agent, slow, Date.now(), () => {})).rejects.toMatchObject({ exitCode: EXIT.faultEngine });
    expect(refused.done).toContain('lift');
    const lost = agentThatTells((atMs) => ({ report: 'note', atMs, level: 'error', code: 'fault-engine-lost', text: 'gone' }));
    await expect(holdFaults(lost.agent, slow, Date.now(), () => {})).rejects.toThrow(/gone/);
  });
});
