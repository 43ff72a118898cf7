import { describe, expect, it } from 'vitest';
import { isSecondInDoubt } from '../../../src/analysis/resilience/fault-doubt.js';
import type { RunFacts } from '../../../src/analysis/resilience/run-facts.js';
import { SecondRecord } from '../../../src/analysis/resilience/second-record.js';
import type { DelayEntry } from '../../../src/journal/delay-entry.js';
import { judge } from '../../../src/judge/judge.js';
import { codesOf, during, FAULT_AT_S, FAULT_END_S, faultedRun, faultOf, LOAD_END_S } from './made-faulted-run.js';

/** So many milliseconds of each slot of 100 ms in some seconds were kept from the server by other programs. */
const delays = (ms: number, fromS: number, toS: number): readonly DelayEntry[] =>
  Array.from({ length: LOAD_END_S }, (_, t) => ({
    type: 'delay',
    t,
    view: 'run-delay',
    slots: Array.from({ length: 10 }, (_slot, i) => {
      const waitedUs = t >= fromS && t < toS ? ms * 1000 : 0;
      return [t * 1000 + i * 100, 100, waitedUs, waitedUs] as const;
    }),
  }));

/** A bystander stays well; calls that use the dependency take 430 ms, over the limit of 400 ms, while the fault is on. */
const run = (extra: readonly DelayEntry[], backAtS = FAULT_END_S, slowMs = 430) =>
  faultedRun({
    keepAboveUs: 400_000,
    extra,
    scenario: { recovery: { within: '5s' } },
    answer: (tool, dueS) => ({ ms: tool === 'search' && (during(dueS) || (dueS >= FAULT_AT_S && dueS < backAtS)) ? slowMs : 10 }),
  });

describe('what the delay of this machine may have made of a fault', () => {
  it('is nothing on a quiet machine', () => {
    const quiet = run(delays(0, 0, 0));
    expect(faultOf(quiet)).not.toHaveProperty('inDoubt');
    expect(faultOf(quiet).recovery).not.toHaveProperty('inDoubt');
    expect(codesOf(quiet)).not.toContain('phase-in-doubt');
  });

  it('draws no finding from a phase that is in doubt, and says so', () => {
    const noisy = run(delays(10, FAULT_AT_S, FAULT_END_S));
    expect(faultOf(noisy).inDoubt).toEqual(['during', 'detect', 'recovery']);
    expect(codesOf(noisy)).toContain('phase-in-doubt');
    const level = faultOf(noisy).findings.map((finding) => finding.level);
    expect(level).not.toContain('problem');
  });

  it('leaves a recovery in doubt where seconds outside the SLO were disturbed, and fails it where they were not', () => {
    const late = FAULT_END_S + 8;
    const quiet = run(delays(0, 0, 0), late);
    const noisy = run(delays(10, FAULT_END_S, late), late);
    const recoveryOf = (analysis: typeof quiet) => judge(analysis).checks.find(({ metric }) => metric === 'recovery');
    expect(recoveryOf(quiet)).toMatchObject({ outcome: 'fail', certain: true });
    expect(recoveryOf(noisy)).toMatchObject({ outcome: 'invalid', certain: false });
    expect(recoveryOf(noisy)?.evidence).toMatch(/in doubt$/);
    // Calls that took longer than the delay explains were slow on any machine.
    expect(recoveryOf(run(delays(10, FAULT_END_S, late), late, 900))).toMatchObject({ outcome: 'fail', certain: true });
    // In time all the same: however disturbed, it is back.
    expect(recoveryOf(run(delays(10, 0, LOAD_END_S)))).toMatchObject({ outcome: 'pass', certain: true });
  });
});

describe('a second in which half of the calls did not end', () => {
  const record = new SecondRecord([]);
  record.add({ t: 0, inFlight: 18, cells: [{ offered: 20, ok: 2 }] });
  const inDoubt = (shiftUs: number): boolean =>
    isSecondInDoubt(
      {
        noise: { shiftOfSecondUs: () => shiftUs },
        calls: { ended: { isDisturbed: () => true, failuresStanding: () => 0, staysAbove: () => 0 } },
      } as unknown as RunFacts,
      record,
      { success: 0.99, limits: [] },
      0,
      undefined,
    );

  it('is outside whatever this machine did, unless it can have held up as many', () => {
    expect(inDoubt(200_000)).toBe(false);
    expect(inDoubt(300_000)).toBe(true);
  });
});
