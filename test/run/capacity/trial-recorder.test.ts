import { describe, expect, it } from 'vitest';
import { reportedTrial } from '../../../src/capacity/search/reported-trials.js';
import type { SecondEntry } from '../../../src/journal/second-entry.js';
import { trialTimeline } from '../../../src/run/capacity/trial-load.js';
import { TrialRecorder } from '../../../src/run/capacity/trial-recorder.js';
import { simpleTrial } from '../../capacity/made-trial.js';

const second = (t: number, ok: number, failed = 0): SecondEntry => ({
  type: 'second',
  t,
  worker: 0,
  inFlight: 3,
  generator: {},
  cells: [{ cell: 0, offered: ok + failed, started: ok + failed, ok, failed }],
});

function recorded(cutAtS: number | undefined, ...seconds: readonly SecondEntry[]) {
  const recorder = new TrialRecorder(trialTimeline(2, 10));
  recorder.add({ type: 'cell', id: 0, tool: 'a', endpoint: 'e', segment: 1 });
  for (const entry of seconds) {
    if (cutAtS !== undefined && entry.t + 1 > cutAtS) recorder.cutAt(cutAtS);
    recorder.add(entry);
  }
  return recorder.measured();
}

describe('what a trial served', () => {
  it('counts the whole window of one that ran to its end, and nothing of its settle or drain', () => {
    const seconds = Array.from({ length: 14 }, (_, t) => second(t, 100, 1));
    const found = recorded(undefined, ...seconds);
    expect(found).toMatchObject({ measuredS: 10, completed: 1010, succeeded: 1000 });
    expect(found).not.toHaveProperty('wholeS');
  });

  it('counts the whole seconds of one that was stopped: the last second runs on into the drain', () => {
    // Stopped after 2.3 s of measuring: the third second holds what was answered long after the stop.
    const found = recorded(4.3, second(2, 100), second(3, 100), second(4, 1700));
    expect(found).toMatchObject({ succeeded: 200, wholeS: 2 });
    expect(found.measuredS).toBeCloseTo(2.3, 9);
  });

  it('leaves what the scenario took back out of what was due', () => {
    const cell = {
      cell: 0,
      offered: 10,
      started: 10,
      ok: 5,
      failed: 1,
      cancelled: 4,
      retryAfter: { count: 1, sumMs: 50, maxMs: 50 },
    };
    const of = (t: number): SecondEntry => ({ ...second(t, 0), cells: [cell] });
    const { blocks } = recorded(undefined, ...Array.from({ length: 10 }, (_, t) => of(t + 2)));
    expect(blocks[0]?.cells[0]).toMatchObject({ offered: 100, cancelled: 40, retryAfter: { count: 10, sumMs: 500, maxMs: 50 } });
    const entry = simpleTrial(10, 0, { blocks });
    const { facts, trial } = reportedTrial(entry, [{ name: 'success', kind: 'success', quantile: 0.99 }]);
    expect(facts.conditions[0]).toMatchObject({ due: 60, over: 10 });
    expect(trial.successRate).toBeCloseTo(50 / 60, 9);
  });

  it('tells no rate where not even one second was whole', () => {
    const stopped = (of: object) => reportedTrial(simpleTrial(100, 0, { stopped: 'over', ...of }), []).trial;
    expect(stopped({ measuredS: 0.1, succeeded: 0, wholeS: 0 })).not.toHaveProperty('achievedRate');
    expect(stopped({ measuredS: 2.3, succeeded: 200, wholeS: 2 }).achievedRate).toBe(100);
    // Journals that do not tell.
    expect(stopped({ measuredS: 2.3, succeeded: 1900 })).not.toHaveProperty('achievedRate');
  });
});
