import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/analysis/analyse.js';
import { IntervalRecorder } from '../../../src/journal/interval-recorder.js';
import { judge } from '../../../src/judge/judge.js';

interface Settings {
  readonly seed: number;
  readonly load: number | 'unlimited';
  readonly share: number;
  readonly kind: 'waits' | 'holes';
  readonly place: string;
  readonly slots: number;
  readonly law: string;
  readonly arrivals: string;
}
interface Simulation {
  readonly runOf: (
    code: object,
    settings: Settings,
  ) => readonly { readonly asked: string; readonly truth: 'pass' | 'fail'; readonly said: string }[];
  readonly settingsOf: (load: Settings['load'], share: number, kind: Settings['kind'], n: number) => Settings;
}

/** The simulation of the bench, which has no types; it draws by seed and reads no clock. */
const { runOf, settingsOf } = (await import(
  join(import.meta.dirname, '..', '..', 'bench', 'noise-simulation-bench.js')
)) as Simulation;
const CODE = { analyse, judge, IntervalRecorder };
/** Every place, law and kind of arrivals comes up in so many runs, and two numbers of slots. */
const EACH = 10;

describe('verdicts on simulated queues', () => {
  for (const kind of ['waits', 'holes'] as const) {
    it(`are never wrong, and mostly certain, with 5 % of delay in ${kind}`, () => {
      const said = { pass: 0, fail: 0, invalid: 0 };
      for (let n = 0; n < EACH; n++) {
        for (const verdict of runOf(CODE, settingsOf(0.5, 0.05, kind, n))) {
          if (verdict.said !== 'invalid') expect(verdict).toEqual({ ...verdict, said: verdict.truth });
          said[verdict.said as keyof typeof said]++;
        }
      }
      // Doubt is not the way out.
      expect(said.pass).toBeGreaterThan(EACH * 2);
      expect(said.fail).toBeGreaterThan(EACH);
      expect(said.invalid).toBeGreaterThan(0);
    });
  }

  it.each<Settings>([
    { seed: 29001, load: 0.5, share: 0.1, kind: 'holes', place: 'server', slots: 1, law: 'log-normal', arrivals: 'poisson' },
    { seed: 32005, load: 0.15, share: 0.2, kind: 'holes', place: 'one-slot', slots: 1, law: 'exponential', arrivals: 'poisson' },
  ])('are not wrong where a server gives up by a limit that many calls come close to: seed $seed', (settings) => {
    for (const verdict of runOf(CODE, settings))
      if (verdict.said !== 'invalid') expect(verdict).toEqual({ ...verdict, said: verdict.truth });
  });

  it('are those of the truth, and certain, on a quiet machine', () => {
    for (let n = 0; n < EACH; n++) {
      for (const verdict of runOf(CODE, { ...settingsOf(0.5, 0.05, 'waits', n), share: 0 })) {
        // A limit at the very figure is decided by how late a start is by chance.
        if (verdict.asked.startsWith('p95') && verdict.asked !== 'p95 at 1')
          expect(verdict).toEqual({ ...verdict, said: verdict.truth });
      }
    }
  });
});
