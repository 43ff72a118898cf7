import { describe, expect, it } from 'vitest';
import { TrialReadings } from '../../../src/run/capacity/trial-readings.js';

describe('what is read beside a trial', () => {
  it('is the mean over the measured window, and replicas over all of the trial', () => {
    const readings = new TrialReadings((atS) => atS >= 2 && atS < 5);
    // A reading of a process tells of the second before it, that of the host of the one that begins.
    for (const [t, cpuCores] of [
      [2, 9],
      [3, 1],
      [4, 2],
      [5, 3],
      [6, 9],
    ] as const) {
      readings.add({ type: 'process', t, pid: 1, cpuCores, rssBytes: 100 * cpuCores });
      readings.add({ type: 'host', t: t - 1, generatorCores: cpuCores });
    }
    for (const [t, replicas] of [
      [0, 2],
      [3, 2],
      [7, 3],
    ] as const) {
      readings.add({ type: 'metrics', t, values: {}, replicas });
    }
    expect(readings.told()).toEqual({
      server: { cpuCores: 2, rssBytes: 200 },
      generatorCores: 2,
      replicas: { least: 2, most: 3 },
    });
  });

  it('tells nothing of what was not read', () => {
    const readings = new TrialReadings(() => true);
    readings.add({ type: 'metrics', t: 1, values: {} });
    expect(readings.told()).toEqual({});
  });
});
