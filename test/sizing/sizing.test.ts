import { describe, expect, it } from 'vitest';
import type { SizingQuestion } from '../../src/result/sizing-question.js';
import { desiredReplicas, targetTerms } from '../../src/sizing/autoscaling.js';
import { Fleet, hotSpot } from '../../src/sizing/fleet.js';
import { plainFormula } from '../../src/sizing/plain-formula.js';
import { computeSizing } from '../../src/sizing/sizing.js';
import { SizingInputError } from '../../src/sizing/sizing-input-error.js';
import { normalQuantile } from '../../src/statistics/normal-quantile.js';
import { expectCloseTo } from '../capacity/close-to.js';
import { caseQuestion, sizingQuestionOf } from './sizing-question-of.js';
import vectors from './sizing-vectors.json' with { type: 'json' };

const RELATIVE = 1e-6;
/** What the vectors keep in one level and the figures keep together. */
const AT_TOP = ['plannedCalls', 'demand', 'sensitivity', 'dependency'] as const;
const NOT_IN_FLEET = [...AT_TOP, 'counts', 'instances', 'binding', 'warnings', 'underFaults', 'hpa'] as readonly string[];

describe('sizing', () => {
  for (const { name, inputs, outputs } of vectors.cases) {
    it(`counts, binding and figures: ${name}`, () => {
      const figures = computeSizing(sizingQuestionOf(inputs));
      expect(figures.counts).toEqual(outputs.counts);
      expect(figures.instances).toBe(outputs.instances);
      if (outputs.instances === null) expect(figures.fleet).toBeUndefined();
      if ('binding' in outputs) expect(figures.binding).toEqual(outputs.binding);
      if ('needed' in outputs) expect(figures.doesNotFit?.needed).toBe(outputs.needed);
      expect(figures.doesNotFit === undefined).toBe(outputs.instances !== null);
      for (const key of AT_TOP) if (key in outputs) expectCloseTo(figures[key], outputs[key as 'demand'], RELATIVE, key);
      const fleet = Object.fromEntries(Object.entries(outputs).filter(([key]) => !NOT_IN_FLEET.includes(key)));
      if (outputs.instances !== null) {
        expect(Object.keys(fleet).length).toBeGreaterThan(15);
        expectCloseTo(figures.fleet, fleet, RELATIVE, 'fleet');
      }
      expectCloseTo(figures.underFaults, outputs.underFaults ?? [], RELATIVE, 'underFaults');
      if ('hpa' in outputs) expectCloseTo(figures.autoscaling, outputs.hpa, RELATIVE, 'autoscaling');
      else expect(figures.autoscaling).toBeUndefined();
      // The figures warn of more than the vectors do; theirs come first, word for word.
      expect(figures.warnings.slice(0, outputs.warnings.length)).toEqual(outputs.warnings);
    });
  }

  for (const { name, inputs, says } of vectors.unfit) {
    it(`is no number, for a plan that fits nowhere: ${name}`, () => {
      const { instances, fleet, doesNotFit } = computeSizing(sizingQuestionOf(inputs));
      expect([instances, fleet, doesNotFit?.summary]).toEqual([null, undefined, says]);
    });
  }

  for (const { name, inputs, error } of vectors.inputErrors) {
    it(`refuses contradictory inputs: ${name}`, () => {
      const refused = () => computeSizing(sizingQuestionOf(inputs));
      expect(refused).toThrow(SizingInputError);
      expect(refused).toThrow(error.replace('utilisation_fail', 'failureUtilisation'));
    });
  }

  it('refuses numbers that are none', () => {
    const question = caseQuestion('same, three zones');
    for (const wrong of [
      { peakPerS: 0 },
      { capacityPerS: Number.NaN },
      { zones: 1.5 },
      { fill: 1.2 },
      { latencyS: -1 },
    ] as const) {
      expect(() => computeSizing({ ...question, ...wrong })).toThrow(SizingInputError);
    }
    expect(() => computeSizing({ ...question, smallestFailPerS: 390 })).toThrow('is not above the one confirmed');
    expect(() => computeSizing({ ...question, rolling: { maxUnavailable: '0%', maxSurge: 0 } })).toThrow('cannot begin');
  });

  it('needs the more the higher growth, burst, peak and losses, and the fewer the higher utilisation and capacity', () => {
    const question = caseQuestion('600 rps');
    const at = (change: Partial<SizingQuestion>) => computeSizing({ ...question, ...change }).instances as number;
    const plain = at({});
    for (const worse of [{ growth: 1 }, { burst: 3 }, { peakPerS: 1200 }, { surviveZones: 2 }, { utilisation: 0.3 }] as const) {
      expect(at(worse)).toBeGreaterThan(plain);
    }
    expect(at({ capacityPerS: 240 })).toBeLessThan(plain);
  });

  it('takes the fullest zones for lost, also more than one', () => {
    const fleet = (zones: number, surviveZones: number) => new Fleet({ ...caseQuestion('same, three'), zones, surviveZones });
    for (const { zones, instances, survivors } of vectors.hpa.survivors) {
      expect(fleet(zones, 1).survivors(instances)).toBe(survivors);
    }
    expect([5, 6, 7, 8].map((n) => n - fleet(3, 2).inLostZones(n))).toEqual([1, 2, 2, 2]);
  });

  it('says when one instance more is not safer', () => {
    // 6 instances lose 2 and 7 lose 3: four are left either way, and at 7 more sessions come back.
    const question = { ...caseQuestion('session churn'), reconnectS: 18, surviveInstances: 0 };
    const { instances, warnings } = computeSizing(question);
    expect(instances).toBe(6);
    expect(warnings.join('\n')).toContain(
      'one instance more is not safer: 7 are not enough for losing 1 of 3 zones at peak; prefer multiples of the 3 zones',
    );
  });

  it('warns of what instances cannot cure, each only where it holds', () => {
    const warned = (name: string, change: Partial<SizingQuestion> = {}) =>
      computeSizing({ ...caseQuestion(name), ...change }).warnings.join('\n');
    expect(warned('same, three zones', { cpuPerCallS: 0.002 })).toContain('uses 0.83 of its 4 cores');
    expect(warned('same, three zones')).not.toContain('of its 4 cores');
    expect(warned('uneven load')).toContain('the hottest gets 1.4 times the mean');
    expect(warned('same, three zones')).not.toContain('the hottest');
    expect(warned('uneven load')).toContain('how fast lost sessions come back is not known');
    expect(warned('session churn')).not.toContain('how fast lost sessions');
    expect(warned('session churn', { openingCost: 0 })).toContain('the cost of opening a session is not known');
    expect(warned('slow dependency')).toContain('slow-dependency@postgres: 19 instances keep the SLO under it, 18 are planned');
    expect(warned('slow dependency')).toContain('refused@postgres: cannot be bought with instances');
    expect(warned('same, three zones', { baseMemoryMb: null })).toContain('memory is not counted');
    expect(warned('same, three zones', { latencyS: null })).toContain('calls in flight count as 0');
    expect(warned('two instances measured at 90')).toContain('no number of them passes 855 calls/s');
  });

  it('says that a longer search may save instances only where the rate was not given', () => {
    const question = caseQuestion('interval 360');
    const warned = (source: 'measured' | 'estimated' | 'given') =>
      computeSizing(question, { 'measured.confirmed': source }).warnings.join('\n');
    for (const source of ['measured', 'estimated'] as const)
      expect(warned(source)).toContain('measure longer: it may save up to 1 instance');
    expect(warned('given')).not.toContain('measure longer');
    expect(
      computeSizing({ ...question, smallestFailPerS: null }, { 'measured.confirmed': 'measured' }).warnings.join(),
    ).not.toContain('measure longer');
  });

  it('names the dependency that will be asked for nearly all that it can', () => {
    const question = caseQuestion('manifest');
    const dependency = { ...(question.dependency as NonNullable<typeof question.dependency>), capacityPerS: 1100 };
    const { instances, dependency: figures, warnings } = computeSizing({ ...question, dependency });
    expect(instances).toBe(18);
    expect(figures?.utilisation).toBeCloseTo(1000 / 1100, 10);
    expect(warnings.join('\n')).toContain('asked for 1,000 calls/s, 90.91 % of its capacity');
  });

  it('keeps a figure that is not known absent', () => {
    const unknown = { cpuPerCallS: null, latencyS: null, baseMemoryMb: null, pricePerHour: null, cores: null } as const;
    const { fleet, plainFormula: plain } = computeSizing({ ...caseQuestion('same, three zones'), ...unknown });
    expect(Object.keys(fleet ?? {})).not.toEqual(expect.arrayContaining(['coresTotal']));
    for (const name of ['coresWorst', 'inflight', 'memoryMb', 'descriptors', 'costMonth']) expect(fleet).not.toHaveProperty(name);
    expect(plain).toBeUndefined();
  });

  it('prints the chain with each factor once', () => {
    const { chain, burstAbsorbed } = computeSizing(caseQuestion('600 rps'));
    expect(chain).toEqual([
      'peak 600 calls/s, a mean over 300 s',
      'x 1.3 for 30 % growth of calls and sessions',
      'x 1.5 for bursts over 10 s inside that window',
      '= 1,170 calls/s planned',
      '/ 70 % utilization, all instances healthy: 2.79 times the peak in capacity',
      '/ 180 calls/s of one instance within the SLO',
      'with any 1 instance, or any 1 zone of 3 lost (not both at once) at most 90 % of what is left',
    ]);
    // 780 calls/s without the burst: 8 instances (5 left of 8 carry 900). The burst of 1170 stays below their 1440, and is 30 % above what
    // is left after the loss of a zone, over 10 s.
    expect(burstAbsorbed).toMatchObject({ instances: 8, addedWaitS: 0 });
    expect(burstAbsorbed?.utilisation).toBeCloseTo(1170 / 1440, 10);
    expect(burstAbsorbed?.worstUtilisation).toBeCloseTo(1.3, 10);
    expect(burstAbsorbed?.worstAddedWaitS).toBeCloseTo(3, 10);
  });

  it('lists every input with its source', () => {
    const { inputs } = computeSizing(caseQuestion('manifest'), { 'measured.confirmed': 'measured', zones: 'default' });
    const by = Object.fromEntries(inputs.map((input) => [input.name, input]));
    expect(by['measured.confirmed']).toEqual({
      name: 'measured.confirmed',
      value: 95,
      unit: 'calls/s per instance',
      source: 'measured',
    });
    expect(by.zones?.source).toBe('default');
    expect(by['autoscaling.lag']?.value).toBe(120);
    expect(by['slow-dependency@postgres.rate']?.value).toBe(60);
    expect(new Set(inputs.map(({ name }) => name)).size).toBe(inputs.length);
  });
});

describe('plain formula', () => {
  const { inputs, outputs } = vectors.plainFormula;

  it('gives what many teams use', () => {
    const plain = plainFormula({
      peakPerS: inputs.peak_rps,
      cpuPerCallS: inputs.cpu_per_request,
      memoryPerConnectionMb: inputs.memory_per_connection_mb,
      coresPerInstance: inputs.cores_per_instance,
      buffer: inputs.buffer,
    });
    expect(plain).toMatchObject({ cores: outputs.cores, memoryMb: outputs.memory_mb, instances: outputs.instances });
    expect(plain.impliedUtilisation).toBeCloseTo(outputs.implied_utilisation, 9);
  });

  it('stands beside the sizing with what it misses, in numbers', () => {
    const question = { ...caseQuestion('same, three zones'), sessionsHeld: 5000, sessionMemoryMb: 10, zones: 2 };
    const { plainFormula: plain } = computeSizing(question);
    expect(plain).toMatchObject({ cores: 15, memoryMb: 15000, instances: 4 });
    const misses = plain?.misses.join('\n');
    for (const figure of [
      '66.67 %',
      '= 100 calls are in flight',
      '1,000 MB',
      '50,000 MB',
      '62.5 %',
      '83.33 %',
      '125 %',
      '400 calls/s',
    ]) {
      expect(misses).toContain(figure);
    }
  });
});

describe('autoscaler', () => {
  it('wants what Kubernetes documents', () => {
    for (const { current, metric, target, desired } of vectors.hpa.vectors) {
      expect(desiredReplicas(current, metric, target, 0.1)).toBe(desired);
    }
  });

  it('takes the smaller of the two targets', () => {
    for (const vector of vectors.hpa.target_vectors) {
      const terms = targetTerms({
        cpuAtCapacity: vector.cpu_at_cap_over_request,
        autoscaling: { growthPerS: vector.growth_per_s, lagS: vector.lag_s, tolerance: 0.1 },
        failureUtilisation: vector.utilisation_fail,
        worstSurvivorRatio: vector.worst_survivor_ratio,
        hotspot: 1,
      });
      expectCloseTo(terms, { lag: vector.target_lag, survive: vector.target_survive, percent: vector.target_percent }, 1e-9);
    }
  });

  it('holds its survivors below the ceiling at every count that it may choose', () => {
    const question = caseQuestion('manifest');
    const { autoscaling } = computeSizing(question);
    const { minReplicas, maxReplicas, targetPercent, requestCores } = autoscaling as NonNullable<typeof autoscaling>;
    const fleet = new Fleet(question);
    for (let n = minReplicas; n <= maxReplicas; n++) {
      // The most CPU at which the autoscaler does nothing, carried by those that are left.
      const coresEach = (targetPercent / 100) * 1.1 * requestCores * (n / fleet.survivors(n));
      expect(coresEach).toBeLessThanOrEqual(0.9 * (0.05 + 0.01 * 95));
    }
  });
});

describe('normal quantile', () => {
  it('agrees with tables of the normal law in both tails', () => {
    const known = [
      [1e-12, -7.034483825301132],
      [1e-6, -4.753424308822899],
      [0.001, -3.090232306167813],
      [0.3, -0.5244005127080407],
      [0.5, 0],
      [0.9, 1.2815515655446008],
      [0.975, 1.9599639845400536],
      [0.99999, 4.26489079392384],
    ] as const;
    for (const [p, z] of known) expect(normalQuantile(p)).toBeCloseTo(z, 12);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});

describe('hot spot', () => {
  it('follows the formula', () => {
    for (const { sessions, n, cv2, hottest_over_mean } of vectors.hotspot.vectors) {
      expectCloseTo(hotSpot(sessions, n, cv2), hottest_over_mean, RELATIVE, `${sessions} on ${n}`);
    }
  });

  it('is passed by about one random placement in a hundred', () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 1664525 + 1013904223) % 4294967296;
      return seed / 4294967296;
    };
    const [sessions, n, placements] = [1200, 6, 4000];
    let passed = 0;
    for (let i = 0; i < placements; i++) {
      const held = new Array<number>(n).fill(0);
      for (let s = 0; s < sessions; s++) held[Math.floor(random() * n)]! += 1;
      if (Math.max(...held) > (hotSpot(sessions, n, 0) * sessions) / n) passed++;
    }
    expect(passed / placements).toBeGreaterThan(0.003);
    expect(passed / placements).toBeLessThan(0.02);
  });
});
