import { describe, expect, it } from 'vitest';
import { capacityCaveats } from '../../src/report/capacity-caveats.js';
import type { Trial } from '../../src/result/capacity-figures.js';
import { madeCapacity } from './made-capacity.js';

describe('caveats of a capacity', () => {
  const capacity = madeCapacity();
  const healthy = capacity.healthy as NonNullable<typeof capacity.healthy>;
  const soak = healthy.trials.filter(({ purpose, outcome }) => purpose === 'soak' && outcome === 'pass').at(-1) as Trial;
  const withTrial = (trial: Partial<Trial>) =>
    capacityCaveats({ ...capacity, healthy: { ...healthy, trials: [...healthy.trials, { ...soak, ...trial }] } }).join(' ');

  it('say where a trial failed at the rate that a soak had confirmed', () => {
    const said = withTrial({ purpose: 'refine', outcome: 'fail', durationS: 40 });
    expect(said).toMatch(/A trial of 40 s at \S+ failed although a soak passed there/);
  });

  it('are silent about it where the trial that failed was faster, or decided nothing', () => {
    expect(withTrial({ purpose: 'refine', outcome: 'fail', offeredRate: soak.offeredRate * 1.1 })).not.toContain('wanders');
    expect(withTrial({ purpose: 'refine', outcome: 'invalid' })).not.toContain('wanders');
  });

  it('name the fault under which it was', () => {
    const [slow] = capacity.underFaults as [(typeof capacity.underFaults)[number]];
    const trial: Trial = { ...soak, under: slow.under, purpose: 'refine', outcome: 'fail', offeredRate: 1 };
    const said = capacityCaveats({ ...capacity, underFaults: [{ ...slow, trials: [...slow.trials, trial] }] }).join(' ');
    expect(said).toContain(`Under ${slow.under}: a trial of`);
  });
});
