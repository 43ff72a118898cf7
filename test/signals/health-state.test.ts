import { describe, expect, it } from 'vitest';
import { HealthStateMachine } from '../../src/signals/health-probe.js';

const states = (answers: readonly boolean[]) => {
  const machine = new HealthStateMachine();
  return answers.map((ok) => machine.next(ok));
};

describe('the state of a probe', () => {
  it('is unhealthy from the third miss in a row, and healthy again with one answer', () => {
    expect(states([true, false, false, false, false, true])).toEqual([
      'healthy',
      'healthy',
      'healthy',
      'unhealthy',
      'unhealthy',
      'healthy',
    ]);
  });

  it('counts only misses in a row', () => {
    expect(states([true, false, false, true, false, false])).not.toContain('unhealthy');
  });

  it('is unknown until it was good once or missed three times', () => {
    expect(states([false, false, false])).toEqual(['unknown', 'unknown', 'unhealthy']);
  });
});
