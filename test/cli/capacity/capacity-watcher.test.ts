import { expect, it } from 'vitest';
import { capacityWatcher } from '../../../src/cli/capacity/capacity-watcher.js';
import { simpleTrial } from '../../capacity/made-trial.js';
import { heardConsole } from '../heard-console.js';

it('says when in the budget a trial began, also of one whose drain runs past the budget', () => {
  const { console, err } = heardConsole();
  const entry = simpleTrial(95, 0.01, { purpose: 'soak', searchS: 97, tookS: 28 });
  capacityWatcher(console, false, 120).onTrial(entry, { outcome: 'pass', rule: 'none', reason: 'fine' });
  expect(err()).toMatch(/^1:37\/2:00 {2}none {2}soak +95\.0\/s/);
});
