import { describe, expect, it } from 'vitest';
import { searchesUnder } from '../../../src/run/capacity/search-entry.js';
import type { WrittenFault } from '../../../src/scenario/faults/fault-plan.js';
import { scenarioOf } from '../../load/scenario-of.js';

const fault = (latency: string, dependency = 'db'): WrittenFault => ({
  dependency,
  inject: 'slow-dependency',
  with: { latency, jitter: '10ms' },
  atMs: 5000,
  forMs: 1000,
});
const scenario = (...faults: readonly WrittenFault[]) =>
  scenarioOf({
    dependencies: {
      db: { listen: '127.0.0.1:15432', upstream: '127.0.0.1:5432', tools: [] },
      other: { listen: '127.0.0.1:15433', upstream: '127.0.0.1:5433', tools: [] },
    },
    faults,
  });
const UNDER = 'slow-dependency@db';

describe('what a search runs under', () => {
  it('is a fault from now on with the parameters of the one entry of `faults` that matches', () => {
    const [none, slow] = searchesUnder(scenario(fault('60ms'), fault('1s', 'other')), ['none', UNDER]);
    expect(none).toEqual({ under: 'none' });
    expect(slow).toMatchObject({
      under: UNDER,
      fault: { dependency: 'db', inject: 'slow-dependency', with: { latency: '60ms', jitter: '10ms' }, atMs: 0 },
      with: { latency: 60, jitter: 10 },
      parametersFrom: 'faults.0',
    });
    expect(slow?.fault?.forMs).toBeGreaterThan(40 * 60_000);
    expect(slow?.fault?.steps).toMatchObject([{ do: 'add', toxic: { attributes: { latency: 60, jitter: 10 } } }]);
  });

  it("is the recipe's defaults where none or several match, and says so", () => {
    const [plain] = searchesUnder(scenario(), [UNDER]);
    expect(plain).toMatchObject({ fault: { with: {} }, parametersFrom: "the recipe's defaults" });
    expect(plain?.with?.latency).toBeGreaterThan(0);
    const [several] = searchesUnder(scenario(fault('60ms'), fault('90ms')), [UNDER]);
    expect(several?.fault?.with).toEqual({});
    expect(several?.parametersFrom).toContain('2 entries of `faults` match');
  });
});
