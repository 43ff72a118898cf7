import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SEARCH_PLANS } from '../../../src/capacity/search/search-plan.js';
import { type SizeArguments, sizeFromArguments } from '../../../src/cli/size/size-from-arguments.js';
import { PlimsollError } from '../../../src/errors/plimsoll-error.js';
import type { JournalEntry } from '../../../src/journal/journal-entry.js';
import type { CapacityFigures } from '../../../src/result/capacity-figures.js';
import type { SizingFigures } from '../../../src/result/sizing-figures.js';
import { capacitySettings } from '../../../src/scenario/capacity-settings.js';
import type { Json } from '../../../src/scenario/file/json.js';
import type { Scenario } from '../../../src/scenario/scenario.js';
import { sizeCapacity } from '../../../src/sizing/size-capacity.js';
import { startEntry } from '../../analysis/made-journal.js';
import { simpleTrial } from '../../capacity/made-trial.js';
import { heardConsole } from '../heard-console.js';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-size-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const measured: CapacityFigures = {
  unit: 'calls/s',
  instances: 1,
  arrivals: 'poisson',
  healthy: {
    under: 'none',
    ending: 'confirmed',
    summary: 'confirmed',
    interval: { confirmedPass: 95, smallestFail: 110 },
    label: '',
    budgetS: 600,
    tookS: 500,
    trials: [
      {
        under: 'none',
        purpose: 'soak',
        offeredRate: 95,
        achievedRate: 95,
        durationS: 60,
        startS: 0,
        outcome: 'pass',
        reason: '',
        due: 5700,
        over: 0,
        condition: 'p95 <= 400 ms',
        meanInFlight: 9.5,
      },
    ],
  },
  underFaults: [],
  resources: { cpuPerCallS: 0.01, idleCores: 0.05, baseBytes: 200 * 2 ** 20, callBytes: 2 ** 20, remarks: [] },
};

const given: { readonly [key: string]: Json } = {
  peak: '1000/s',
  window: '60s',
  zones: 3,
  survive: { zones: 1 },
  average: '300/s',
  instance: { cores: 1, memory: '768MiB', heap: '396MiB', pool: 5, pricePerHour: 0.05 },
  dependency: { maxConnections: 200, otherConnections: 10 },
  rolling: {},
  autoscaling: { requestCores: 1, growthPerSecond: '0.2%', trough: '300/s' },
  measured: { faults: [{ name: 'slow@db', rate: '60/s', latency: '900ms', timeout: '2s' }] },
};

function savedResult(name: string, capacity: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify({ schema: 'plimsoll.result/1', run: { scenario: 'orders', target: {} }, capacity }));
  return file;
}
const scenario = { capacity: capacitySettings(given), dependencies: {}, load: { timeoutMs: 3000 } } as unknown as Scenario;
const { sizing } = sizeCapacity(scenario, measured);
const file = savedResult('result.json', { ...measured, sizing });

function size(args: Partial<SizeArguments> = {}) {
  const { console, out, err } = heardConsole();
  const code = sizeFromArguments({ result: file, ...args }, console);
  return { code, text: out().trimEnd(), err: err().trimEnd() };
}
const sized = (args: Partial<SizeArguments> = {}) => JSON.parse(size({ ...args, json: true }).text) as SizingFigures;
function refused(args: Partial<SizeArguments>): PlimsollError {
  try {
    size(args);
  } catch (error) {
    expect(error).toBeInstanceOf(PlimsollError);
    expect((error as PlimsollError).exitCode).toBe(2);
    return error as PlimsollError;
  }
  throw new Error('was not refused');
}

describe('plimsoll size', () => {
  it('gives what the result holds when nothing is changed, sources included', () => {
    expect(sized()).toEqual(sizing);
    expect(sizing?.instances).toBe(18);
  });

  it('sizes again with other inputs, in the units of the scenario', () => {
    const other = sized({ peak: '2000/s', growth: '10%', 'instance.memory': '1GiB', reconnect: '5s' });
    expect(other.question).toMatchObject({ peakPerS: 2000, growth: 0.1, memoryLimitMb: 1024, reconnectS: 5, zones: 3 });
    // 37 instances and their update would open 195 connections; 187 are left.
    expect(other.instances).toBeNull();
    expect(other.doesNotFit?.needed).toBeGreaterThan(36);
    expect(sized({ peak: '1500/s' }).instances).toBeGreaterThan(18);
    expect(other.inputs.find(({ name }) => name === 'instance.memory')?.source).toBe('given');
    expect(other.inputs.find(({ name }) => name === 'measured.confirmed')).toMatchObject({ value: 95, source: 'measured' });
    expect(sized({ 'measured.confirmed': '90/s', 'measured.smallestFail': '99/s' }).question.capacityPerS).toBe(90);
  });

  it('keeps the faults of a result alone as they were sized: with their retries, and where each figure came from', () => {
    const search = { ...measured, underFaults: [{ ...measured.healthy, under: 'slow-dependency@postgres' }] } as CapacityFigures;
    const load = { timeoutMs: 3000, retry: { attempts: 3, backoffMs: 100, budget: 0.1 } };
    const first = sizeCapacity(
      { capacity: capacitySettings(given), dependencies: {}, load } as unknown as Scenario,
      search,
    ).sizing;
    const again = sized({ result: savedResult('retried.json', { ...search, sizing: first }), peak: '900/s' });
    expect(again.question.faults).toEqual(first?.question.faults);
    expect(again.question.faults[0]).toMatchObject({ name: 'slow-dependency@postgres', timeoutS: 3, amplification: 1.1 });
    const sourcesIn = (of: SizingFigures | undefined) => of?.inputs.filter(({ name }) => name.includes('@'));
    expect(sourcesIn(again)).toEqual(sourcesIn(first));
  });

  it('says the answer, its chain, the counts, faults, warnings and the plain formula', () => {
    const { text, code } = size();
    expect(code).toBe(0);
    for (const words of [
      '18 instances for 1,000/s at the planned peak, driven by: losing 1 of 3 zones at peak',
      '/ 70 % utilization, all instances healthy',
      'under slow@db: 19 instances',
      'autoscaler: 6 to 22 at 46 % CPU',
      '23 instances at once open 115 connections; 187 are left for them, enough for 37 instances; a pool of up to 8 in each fits that many.',
      'cores in use 10.9; 0.883 by the busiest remaining instance',
      'price 657 a month, 0.833 a million calls',
      '! assumes linear scaling',
      'the plain formula: 15 cores',
    ]) {
      expect(text).toContain(words);
    }
    expect(size({ quiet: true }).text).toBe('18 instances');
  });

  it('names what contradicts: exit code 2, one error', () => {
    expect(refused({ 'survive.zones': '3' }).message).toContain('--survive.zones=3  capacity.survive.zones');
    expect(refused({ utilisation: '95%' }).message).toContain('at most capacity.failureUtilisation');
    expect(refused({ burst: '2', burstWindow: '60s' }).message).toContain('count twice');
    expect(refused({ 'instance.cores': '0.5' }).message).toContain('CPU at capacity 1.00 cores exceeds the 0.50 cores');
    expect(refused({ peak: '2000' }).message).toMatch(/--peak=2000 .*write 2000\/s/);
    expect(refused({ zones: '2.5' }).message).toContain('a whole number');
  });

  it('exits 3 when no number of instances is enough', () => {
    const { code, text } = size({ 'measured.scalingEfficiency': '0.9' });
    expect(code).toBe(3);
    expect(text).toContain('no number of instances is enough');
    expect(text).toContain('no number of them passes 855 calls/s');
  });

  it('exits 3 where no rate met the SLO, and asks for no peak that was given', () => {
    const healthy = { ...measured.healthy, ending: 'nothing-passes', interval: {}, trials: [] };
    const result = savedResult('nothing.json', { ...measured, healthy });
    const failure = (() => {
      try {
        size({ result, peak: '100/s' });
      } catch (error) {
        return error as PlimsollError;
      }
      throw new Error('was sized');
    })();
    expect([failure.exitCode, failure.message, failure.details.hint]).toEqual([
      3,
      'does not fit: no rate met the SLO, which no number of instances changes',
      undefined,
    ]);
  });

  it('writes the manifest', () => {
    const k8s = join(folder, 'capacity.k8s.yaml');
    expect(size({ k8s }).err).toBe(`wrote ${k8s}`);
    const text = readFileSync(k8s, 'utf8');
    expect(text).toContain('averageUtilization: 46');
    expect(text).toContain('name: orders\n');
    expect(size({ k8s: join(folder, 'none.yaml'), 'measured.scalingEfficiency': '0.9' }).err).toContain(
      'was not written: the plan does not fit: no number of instances is enough',
    );
  });

  it('refuses what holds no search', () => {
    expect(refused({ result: join(folder, 'nowhere') }).message).toContain('no such run folder');
    expect(refused({ result: join(folder, '..') }).message).toContain('no such file, and no journal');
    expect(refused({ result: savedResult('run.json', undefined) }).message).toContain('holds no capacity search');
    expect(refused({ result: savedResult('other.json', { unit: 'apples' }) }).message).toContain('its capacity cannot be read');
    const run = join(folder, 'plain-run');
    mkdirSync(run);
    const plain = [startEntry([]), { type: 'end', t: 1, reason: 'completed' }];
    writeFileSync(join(run, 'journal.ndjson'), plain.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    expect(refused({ result: run }).message).toContain('holds no capacity search');
    writeFileSync(join(folder, 'text.json'), 'not json');
    expect(refused({ result: join(folder, 'text.json') }).message).toContain('is not JSON');
  });

  it('reads a run folder by its journal: what the scenario gave counts, also what was never sized', () => {
    const run = join(folder, 'run');
    mkdirSync(run);
    const end = { ending: 'confirmed', reason: 'soaked', confirmedRate: 95, largestPass: 95, smallestFail: 110 } as const;
    const start = startEntry([], {
      scenario: {
        plimsoll: 1,
        name: 'orders',
        target: { url: 'http://127.0.0.1:3001/mcp' },
        load: { timeout: '3s', phases: [{ name: 'steady', rate: '20/s', for: '10s' }] },
        calls: [{ tool: 'a', arguments: {} }],
        dependencies: {
          postgres: { listen: '127.0.0.1:15432', upstream: '127.0.0.1:5432', tools: ['a'], maxConnections: 100 },
        },
        capacity: { zones: 3, survive: { zones: 1 }, instance: { pool: 20 }, under: ['none', 'slow-dependency@postgres'] },
      },
      slo: { declared: true, p95Ms: 80, tools: {}, during: {} },
      capacity: {
        plan: SEARCH_PLANS['2m'],
        startRate: 10,
        arrivals: 'poisson',
        instances: 1,
        entries: [{ under: 'none' }],
        law: false,
      },
    });
    const entries: JournalEntry[] = [
      start,
      simpleTrial(95, 0.01, { purpose: 'soak' }),
      simpleTrial(110, 0.5),
      { type: 'search', t: 30, under: 'none', tookS: 30, end },
      { type: 'end', t: 31, reason: 'completed' },
    ];
    writeFileSync(join(run, 'journal.ndjson'), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    expect(refused({ result: run }).message).toContain('no planned peak');
    const figures = sized({ result: run, peak: '500/s' });
    expect(figures.question).toMatchObject({ zones: 3, surviveZones: 1, smallestFailPerS: 110 });
    expect(figures.question.capacityPerS).toBeLessThanOrEqual(95);
    expect(figures.dependency).toMatchObject({ room: 97, instancesThatFit: 4 });
    expect(figures.instances).toBeNull();
    expect(figures.doesNotFit).toMatchObject({ allowed: 4 });
  });

  it('asks for a peak where the search had none', () => {
    const result = savedResult('peakless.json', measured);
    expect(refused({ result }).message).toContain('no planned peak was given');
    expect(sized({ result, peak: '100/s' }).instances).toBe(3);
  });
});
