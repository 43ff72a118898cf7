import { describe, expect, it } from 'vitest';
import { worksOn } from '../../../src/capacity/search/works-on.js';
import { IntervalRecorder } from '../../../src/journal/interval-recorder.js';
import type { TrialEntry } from '../../../src/journal/trial-entry.js';
import { madeTrial } from '../made-trial.js';
import { type ServerModel, SimulatedServer } from '../simulation/simulated-server.js';

/** Long enough for the mean of heavy tails: 1,000 calls and more. */
const WINDOW_S = 200;
const SETTLE_S = 5;

/** One trial of a simulated server, as a recorder would have counted it. */
function trialOf(model: ServerModel, rate: number, seed: number, more: Partial<TrialEntry> = {}) {
  const calls = new SimulatedServer(model, seed).load(rate, 0).until(SETTLE_S + WINDOW_S);
  const inWindow = (atS: number): boolean => atS >= SETTLE_S && atS < SETTLE_S + WINDOW_S;
  const due = calls.filter(({ dueS }) => inWindow(dueS));
  const times = new IntervalRecorder();
  for (const { dueS, endS } of due) times.record((endS - dueS) * 1e6);
  const service = times.take();
  const completed = calls.filter(({ endS }) => inWindow(endS)).length;
  const cell = { tool: 'a', endpoint: 'e', offered: due.length, started: due.length, ok: due.length };
  const own = { measuredS: WINDOW_S, plannedS: WINDOW_S, completed, succeeded: completed };
  return madeTrial(rate, [{ ...cell, ...(service === undefined ? {} : { service }) }], [], { ...own, ...more });
}
const outcome = (of: 'pass' | 'fail') => ({ outcome: of, rule: of === 'pass' ? 'none' : 'quantile', reason: '' }) as const;

/** A passed trial at a share of what the server can do, and one at half more than all of it. */
function found(model: ServerModel, { low = 0.25, high = 1.5, cpuCores = 0.16, instances = 1 } = {}) {
  const limit = model.slots / model.serviceS;
  const server = { server: { cpuCores } };
  return worksOn(
    [
      { entry: trialOf(model, low * limit, 1, server), verdict: outcome('pass') },
      { entry: trialOf(model, high * limit, 2, server), verdict: outcome(high > 1 ? 'fail' : 'pass') },
    ],
    { arrivals: model.arrivals, instances },
    2,
  );
}

const base: ServerModel = { slots: 4, serviceS: 0.02, cv: 0, pauses: false, driftSd: 0, coldShare: 0, arrivals: 'poisson' };

describe('how many calls a server works on at once', () => {
  it.each([1, 2, 4, 16])(
    'is known of a queue of %i slots, whatever its times and how full it was when they were measured',
    (slots) => {
      for (const cv of [0, 0.5, 1]) {
        for (const low of [0.1, 0.25, 0.5]) {
          for (const arrivals of ['poisson', 'constant'] as const) {
            const of = found({ ...base, slots, serviceS: 0.02, cv, arrivals }, { low });
            expect(of?.calls, `cv ${cv}, low ${low}, ${arrivals}`).toBeGreaterThan(0.88 * slots);
            expect(of?.calls, `cv ${cv}, low ${low}, ${arrivals}`).toBeLessThan(1.12 * slots);
            expect(of).not.toHaveProperty('atLeast');
          }
        }
      }
    },
  );

  it('would be far off without taking the wait out of the time', () => {
    const model = { ...base, slots: 1, cv: 1 };
    const times = trialOf(model, 25, 1).blocks[0]?.cells[0]?.service;
    expect(((times?.sumUs ?? 0) / 1e6 / (trialOf(model, 25, 1).blocks[0]?.cells[0]?.offered ?? 1)) * 50).toBeGreaterThan(1.5);
    expect(found(model, { low: 0.5 })?.calls).toBeLessThan(1.18);
  });

  it('takes the trial that was disturbed least', () => {
    const slow = trialOf({ ...base, serviceS: 0.03 }, 50, 3);
    const trials = [slow, trialOf(base, 80, 1)].map((entry) => ({ entry, verdict: outcome('pass') }));
    const full = { entry: trialOf(base, 300, 2), verdict: outcome('fail') };
    expect(worksOn([...trials, full], { arrivals: 'poisson', instances: 1 })?.calls).toBeCloseTo(4, 0);
  });

  it('is a lower bound where no trial was more than the server could do', () => {
    const of = found(base, { low: 0.25, high: 0.8 });
    expect(of).toMatchObject({ atLeast: true });
    expect(of?.calls).toBeLessThan(4);
    expect(of?.text).toContain('works on at least 3.');
  });

  it('is told beside CPU: a pool or a lock where calls wait, computing where they do not', () => {
    expect(found(base)?.text).toMatch(
      /^works on about 4(\.\d)? calls at a time \(.*\) while its CPU is at 0\.16 cores, 8 % of the machine: a pool or a lock of 4$/,
    );
    expect(found({ ...base, slots: 1 }, { cpuCores: 0.95 })?.text).toContain(': a single thread that computes');
    expect(found({ ...base, slots: 2 }, { cpuCores: 1.9 })?.text).toContain(': it computes, and CPU is the limit');
    // In between nobody can tell.
    expect(found({ ...base, slots: 2 }, { cpuCores: 1.3 })?.text).toMatch(/of the machine$/);
    expect(found(base, { instances: 2, cpuCores: 0.08 })?.text).toContain('all 2 instances together');
  });

  it('is not told where every trial was near the limit, or too few calls were answered', () => {
    expect(found(base, { low: 0.9 })).toBeUndefined();
    expect(worksOn([], { arrivals: 'poisson', instances: 1 })).toBeUndefined();
  });
});
