import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CapacityAnswer, CapacityFigures, Trial } from '../../src/result/capacity-figures.js';
import { capacitySettings } from '../../src/scenario/capacity-settings.js';
import type { Json } from '../../src/scenario/file/json.js';
import { capacitySchema } from '../../src/scenario/schema/capacity-schema.js';
import { sizeCapacity } from '../../src/sizing/size-capacity.js';
import { SIZING_INPUTS } from '../../src/sizing/sizing-input-table.js';
import { type SizedScenario, type SizingInputs, sizingInputs } from '../../src/sizing/sizing-inputs.js';

const trial = (achievedRate: number, latencyS: number, more: Partial<Trial> = {}): Trial => ({
  under: 'none',
  purpose: 'bisect',
  offeredRate: achievedRate,
  achievedRate,
  durationS: 10,
  startS: 0,
  outcome: 'pass',
  reason: '',
  due: 1,
  over: 0,
  condition: 'p95 <= 400 ms',
  meanInFlight: achievedRate * latencyS,
  ...more,
});

const answer = (more: Partial<CapacityAnswer> = {}): CapacityAnswer => ({
  under: 'none',
  ending: 'confirmed',
  summary: '',
  interval: { confirmedPass: 400, smallestFail: 460 },
  estimate: { rate: 420, low: 390, high: 450, level: 0.9 },
  label: '',
  budgetS: 600,
  tookS: 500,
  trials: [trial(100, 0.05), trial(260, 0.08), trial(400, 0.2), trial(460, 2, { outcome: 'fail' })],
  ...more,
});

const figures = (more: Partial<CapacityFigures> = {}): CapacityFigures => ({
  unit: 'calls/s',
  instances: 1,
  arrivals: 'poisson',
  healthy: answer(),
  underFaults: [],
  ...more,
});

const scenario = (
  capacity: { readonly [key: string]: Json },
  more: { readonly dependencies?: SizedScenario['dependencies']; readonly load?: Partial<SizedScenario['load']> } = {},
): SizedScenario => ({
  capacity: capacitySettings(capacity),
  dependencies: more.dependencies ?? {},
  load: { timeoutMs: 3000, ...more.load } as SizedScenario['load'],
});

const inputsOf = (...args: Parameters<typeof sizingInputs>): SizingInputs => {
  const inputs = sizingInputs(...args);
  if ('refused' in inputs) throw new Error(inputs.refused);
  return inputs;
};
const MIB = 2 ** 20;

/** Dot paths of the keys that hold no further ones, from the schema that editors get. */
function leavesOf(schema: z.ZodType): readonly string[] {
  type Node = { readonly properties?: Readonly<Record<string, Node>> };
  const below = ({ properties }: Node, path: readonly string[]): readonly string[] =>
    properties === undefined
      ? [path.join('.')]
      : Object.entries(properties).flatMap(([key, node]) => below(node, [...path, key]));
  return below(z.toJSONSchema(schema, { io: 'input' }) as Node, []);
}

describe('inputs of the sizing', () => {
  it('takes the smaller of confirmed rate and low end of the estimate, for one of the instances measured', () => {
    const one = inputsOf(scenario({ peak: '1000/s' }), figures());
    expect(one.question).toMatchObject({ peakPerS: 1000, capacityPerS: 390, smallestFailPerS: 460 });
    const estimate = { rate: 460, low: 420, high: 500, level: 0.9 };
    const two = inputsOf(scenario({ peak: '1000/s' }), figures({ instances: 2, healthy: answer({ estimate }) }));
    expect(two.question).toMatchObject({ capacityPerS: 200, smallestFailPerS: 230 });
    const nothingFailed = figures({ healthy: answer({ interval: { confirmedPass: 400 } }) });
    expect(inputsOf(scenario({ peak: '1000/s' }), nothingFailed).question.smallestFailPerS).toBe(450);
  });

  it('says of each where it came from: measured, given or default', () => {
    const resources = { cpuPerCallS: 0.004, idleCores: 0.1, baseBytes: 150 * MIB, callBytes: 2 * MIB, remarks: [] };
    const block = { peak: '1000/s', zones: 3, instance: { cores: 2, memory: '1GiB', baseMemory: '200MiB' } };
    const { question, sources } = inputsOf(scenario(block), figures({ resources }));
    expect(question).toMatchObject({
      cpuPerCallS: 0.004,
      idleCores: 0.1,
      baseMemoryMb: 200,
      callMemoryMb: 2,
      sessionMemoryMb: null,
      memoryLimitMb: 1024,
      cores: 2,
      utilisation: 0.7,
      burstWindowS: 0.1,
    });
    expect(sources).toMatchObject({
      peak: 'given',
      zones: 'given',
      'instance.cores': 'given',
      'instance.baseMemory': 'given',
      'instance.cpuPerCall': 'measured',
      'instance.callMemory': 'measured',
      // The low end of the estimate, which is below what the soak held.
      'measured.confirmed': 'estimated',
      'measured.latency': 'measured',
      utilisation: 'default',
      'instance.sessionMemory': 'default',
    });
  });

  it('reads the response time by Little’s law from the passed trial nearest to the planned load', () => {
    // 70 % of 390 is 273: the trial at 260.
    expect(inputsOf(scenario({ peak: '1000/s' }), figures()).question.latencyS).toBeCloseTo(0.08, 12);
    expect(inputsOf(scenario({ peak: '1000/s', measured: { latency: '90ms' } }), figures()).question.latencyS).toBe(0.09);
    const untold = figures({ healthy: answer({ trials: [] }) });
    expect(inputsOf(scenario({ peak: '1000/s' }), untold).question.latencyS).toBeNull();
  });

  it('does not mix a given rate with a measured interval', () => {
    const { question, sources } = inputsOf(scenario({ peak: '1000/s', measured: { confirmed: '500/s' } }), figures());
    expect(question).toMatchObject({ capacityPerS: 500, smallestFailPerS: null });
    expect(sources['measured.confirmed']).toBe('given');
  });

  it('takes faults as measured, by during.fault where there is one; nothing passes is 0; given ones stand instead', () => {
    const underFaults = [
      { ...answer({ under: 'slow@db', interval: { confirmedPass: 60 }, trials: [trial(55, 0.9)] }) },
      { ...answer({ under: 'judged@db' }), duringFault: { interval: { confirmedPass: 90 } } },
      { ...answer({ under: 'refused@db', ending: 'nothing-passes' as const, interval: {} }) },
      { ...answer({ under: 'known@db' }) },
      { ...answer({ under: 'cut@db', ending: 'interrupted' as const, interval: {} }) },
    ].map(({ estimate: _, ...rest }) => rest);
    const known = { name: 'known@db', rate: '20/s', latency: '6s', timeout: '2s', amplification: 1.3 };
    const load = { retry: { attempts: 3, backoffMs: 100, budget: 0.1 } };
    const { question } = inputsOf(
      scenario({ peak: '1000/s', measured: { faults: [known] } }, { load }),
      figures({ underFaults }),
    );
    expect(question.faults).toEqual([
      { name: 'slow@db', capacityPerS: 60, latencyS: 0.9, timeoutS: 3, amplification: 1.1 },
      { name: 'judged@db', capacityPerS: 90, latencyS: 0.05, timeoutS: 3, amplification: 1.1 },
      { name: 'refused@db', capacityPerS: 0, latencyS: 0.05, timeoutS: 3, amplification: 1.1 },
      { name: 'known@db', capacityPerS: 20, latencyS: 6, timeoutS: 2, amplification: 1.3 },
    ]);
  });

  it('says that the timeout of a fault is a default where nobody gave load.timeout', () => {
    const search = figures({ underFaults: [answer({ under: 'slow@db' })] });
    const sourcesOf = (more: Partial<SizedScenario>) => {
      const { sources } = inputsOf({ ...scenario({ peak: '1000/s' }), ...more }, search);
      return [sources['slow@db.timeout'], sources['slow@db.amplification']];
    };
    expect(sourcesOf({ defaultTimeout: true })).toEqual(['default', 'default']);
    const retry = { attempts: 3, backoffMs: 100, budget: 0.1 } as NonNullable<SizedScenario['load']['retry']>;
    expect(sourcesOf({ load: { timeoutMs: 3000, retry } })).toEqual(['given', 'given']);
  });

  it('has a row in the table for each input of the grammar, and for no other', () => {
    const search = [
      'budget',
      'start',
      'probe',
      'under',
      'target.instances',
      'target.replicas',
      'dependency.name',
      'measured.faults',
    ];
    const keys = [...leavesOf(capacitySchema)].filter((name) => !search.includes(name));
    expect(SIZING_INPUTS.map(({ name }) => name).sort()).toEqual(keys.sort());
  });

  it('counts connections where the dependency allows so many and the pool is known', () => {
    const dependencies = { postgres: { listen: '', upstream: '', tools: [], maxConnections: 100 } };
    const of = (block: { readonly [key: string]: Json }) =>
      inputsOf(scenario({ peak: '1000/s', ...block }, { dependencies }), figures()).question.dependency;
    expect(of({ instance: { pool: 20 } })).toMatchObject({ maxConnections: 100, reserved: 3, pool: 20 });
    expect(of({ instance: { pool: 20 }, dependency: { maxConnections: 50, reserved: 0 } })).toMatchObject({
      maxConnections: 50,
      reserved: 0,
    });
    expect(of({})).toBeNull();
  });

  it('keeps sessions with their instance where the target is stateful, and where sessions are planned for one that nobody saw', () => {
    const affinity = (block: { readonly [key: string]: Json }, stateful?: boolean) =>
      inputsOf(scenario({ peak: '1000/s', ...block }), figures(), stateful === undefined ? {} : { stateful }).question.affinity;
    expect(affinity({}, true)).toBe('session');
    expect(affinity({ sessions: { held: 10 } }, false)).toBe('none');
    expect(affinity({ sessions: { held: 10 } })).toBe('session');
    expect(affinity({})).toBe('none');
    expect(affinity({ sessions: { affinity: 'none' } }, true)).toBe('none');
  });

  it('refuses without a peak or without a rate, and says so', () => {
    expect(sizeCapacity(scenario({}), figures())).toEqual({ sizingOmitted: 'no planned peak was given (capacity.peak)' });
    const nothing = figures({
      healthy: { ...answer({ ending: 'nothing-passes', interval: {} }), estimate: undefined } as unknown as CapacityAnswer,
    });
    expect(sizeCapacity(scenario({ peak: '10/s' }), nothing).sizingOmitted).toContain(
      'no rate met the SLO, which no number of instances changes',
    );
  });

  it('keeps what was measured when an input contradicts it, and warns of a rate that was not confirmed', () => {
    const resources = { cpuPerCallS: 0.01, idleCores: 0.1, remarks: [] };
    const contradicted = sizeCapacity(scenario({ peak: '1000/s', instance: { cores: 2 } }), figures({ resources }));
    expect(contradicted.sizingOmitted).toContain('CPU at capacity 4.00 cores exceeds the 2.00 cores');
    const unconfirmed = sizeCapacity(
      scenario({ peak: '1000/s' }),
      figures({ healthy: answer({ ending: 'unconfirmed', interval: {} }) }),
    );
    expect(unconfirmed.sizing?.warnings.join()).toContain('no soak confirmed the rate of one instance');
    expect(sizeCapacity(scenario({ peak: '1000/s' }), figures()).sizing?.instances).toBe(4);
  });
});
