import { describe, expect, it } from 'vitest';
import { renderFindings } from '../../../src/cli/doctor/finding.js';
import { generatorFindings, peakFinding } from '../../../src/cli/doctor/generator-findings.js';
import { parseDescriptorLimit, watchMachine } from '../../../src/cli/doctor/machine-facts.js';
import { type MachineFacts, machineFindings } from '../../../src/cli/doctor/machine-findings.js';
import { noiseFindings } from '../../../src/cli/doctor/noise-findings.js';
import { metricsFinding } from '../../../src/cli/doctor/target-findings.js';
import type { GeneratorReading } from '../../../src/run/generator/generator-reading.js';
import { smallestLimitUs } from '../../../src/run/generator/smallest-limit.js';
import { cgroupCpuQuota } from '../../../src/run/host-facts.js';
import type { QuietEnd } from '../../../src/run/quiet/quiet-watch.js';
import type { Slo } from '../../../src/scenario/objective.js';

const healthy: MachineFacts = { nodeVersion: 'v20.19.0', cores: 4, descriptors: 65_536, steal: 0, throttledS: 0 };
const levelOf = (facts: Partial<MachineFacts>, about: string, connections?: number) =>
  machineFindings({ ...healthy, ...facts }, connections).find((finding) => finding.about === about)?.level;

describe('machineFindings', () => {
  it('finds nothing wrong with a healthy machine', () => {
    expect(machineFindings(healthy).map(({ level }) => level)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it.each([
    ['an old Node', { nodeVersion: 'v20.18.3' }, 'node', 'problem'],
    ['a newer Node', { nodeVersion: 'v22.0.0' }, 'node', 'ok'],
    ['one core', { cores: 1 }, 'cores', 'warning'],
    ['a cgroup of half a core', { cgroupCores: 0.5 }, 'cores', 'warning'],
    ['stolen time', { steal: 0.05 }, 'held back', 'warning'],
    ['throttling', { throttledS: 0.2 }, 'held back', 'warning'],
  ] as const)('names %s', (_name, facts, about, level) => {
    expect(levelOf(facts, about)).toBe(level);
  });

  it('asks for as many descriptors as connections may be opened', () => {
    expect(levelOf({ descriptors: 1024 }, 'descriptors', 900)).toBe('ok');
    expect(levelOf({ descriptors: 1024 }, 'descriptors', 1000)).toBe('problem');
  });

  it('says nothing about what could not be read', () => {
    expect(machineFindings({ nodeVersion: 'v20.19.0', cores: 4 }).map(({ about }) => about)).toEqual(['node', 'cores']);
  });
});

describe('machine facts', () => {
  it('reads the limit of open files', () => {
    const text = 'Limit  Soft  Hard  Units\nMax open files            1024                 4096                 files\n';
    expect(parseDescriptorLimit(text)).toBe(1024);
    expect(parseDescriptorLimit(text.replace('1024', 'unlimited'))).toBe(Number.MAX_SAFE_INTEGER);
    expect(parseDescriptorLimit('')).toBeUndefined();
  });

  it('reads the limit of a cgroup in cores', () => {
    expect(cgroupCpuQuota(() => '150000 100000\n')).toBe(1.5);
    expect(cgroupCpuQuota(() => 'max 100000\n')).toBeUndefined();
    expect(
      cgroupCpuQuota(() => {
        throw new Error('ENOENT');
      }),
    ).toBeUndefined();
  });

  it('says what this machine is', () => {
    expect(watchMachine()()).toMatchObject({ nodeVersion: process.version, cores: expect.any(Number) });
  });
});

const NO_LIMITS: Slo = { declared: true, tools: {}, during: {} };

const reading: GeneratorReading = {
  ceilingPerS: 40_000,
  pipelinePerS: 20_000,
  pipelineCpuUsPerCall: 45,
  lateness: { ratePerS: 1000, starts: 2000, p50Us: 30, p99Us: 200, droppedByGenerator: 0 },
};

describe('generatorFindings', () => {
  it('trusts 65 % of the ceiling of the whole pipeline', () => {
    const findings = generatorFindings(reading);
    expect(findings.map(({ level }) => level)).toEqual(['ok', 'ok']);
    expect(findings[1]?.figures).toEqual({ trustedPerS: 13_000 });
  });

  it('holds the peak of a scenario against it', () => {
    expect(peakFinding(13_000, 2, reading).level).toBe('ok');
    expect(peakFinding(20_000, 2, reading)).toMatchObject({ level: 'warning', text: expect.stringContaining('2 load threads') });
    expect(peakFinding(30_000, 2, reading).level).toBe('problem');
  });
});

describe('noiseFindings', () => {
  const limits: Slo = { ...NO_LIMITS, p95Ms: 400, p50Ms: 100 };
  const limitUs = smallestLimitUs({ slo: limits });
  const lateness = (change: Partial<GeneratorReading['lateness']>) =>
    noiseFindings({ lateness: { ...reading.lateness, ...change } }, limitUs, undefined)[0];

  it('says how late starts were at the peak', () => {
    expect(lateness({})).toMatchObject({ level: 'ok', text: 'starts at 1,000/s were late by 30 µs (p50) and 200 µs (p99).' });
  });

  it('warns of a delay, and calls one a problem that a missed limit could be', () => {
    expect(lateness({ p99Us: 30_000 })?.level).toBe('warning');
    expect(lateness({ p99Us: 51_000 })).toMatchObject({
      level: 'problem',
      text: expect.stringContaining('smallest limit (100 ms)'),
    });
    // Without a scenario the default limit of 400 ms.
    expect(
      noiseFindings({ lateness: { ...reading.lateness, p99Us: 51_000 } }, smallestLimitUs(undefined), undefined)[0]?.level,
    ).toBe('warning');
  });

  it('wants 99 % of the starts', () => {
    expect(lateness({ droppedByGenerator: 20 })?.level).toBe('warning');
    expect(lateness({ droppedByGenerator: 21 })).toMatchObject({ level: 'problem', text: expect.stringContaining('1.05 %') });
  });

  it('names who else uses the machine, and says when nobody can be seen', () => {
    const quiet = (end: QuietEnd) => noiseFindings(reading, limitUs, end)[1];
    const others = { cores: 1.2, ofCores: 2, busiest: [{ name: 'stress', cores: 1.2 }] };
    expect(quiet({ state: 'noisy', others })).toMatchObject({
      level: 'problem',
      about: 'quiet',
      text: expect.stringMatching(/^other programs use 1\.2 of 2 cores \(stress 1\.2/),
    });
    expect(quiet({ state: 'quiet', others: { ...others, cores: 0.1, busiest: [] } })?.level).toBe('ok');
    expect(quiet({ state: 'unseen', text: 'no /proc' })).toMatchObject({ level: 'warning', text: 'no /proc.' });
  });
});

describe('renderFindings', () => {
  it('puts problems last', () => {
    const lines = renderFindings([
      { level: 'problem', about: 'a', text: 'bad.' },
      { level: 'ok', about: 'b', text: 'good.' },
    ]);
    expect(lines).toEqual(['ok       b              good.', 'problem  a              bad.']);
  });
});

describe('the page of metrics', () => {
  it.each([
    ['ok', 'a 1\nb 2 # {trace_id="x"} 1\n# EOF\n', 'http://h/metrics answers 200 with 2 samples.'],
    [
      'warning',
      'a 1\nnonsense\n',
      'http://h/metrics answers 200 with 1 sample; 1 line is neither sample nor comment: line 2 "nonsense".',
    ],
    ['problem', '<html>', 'http://h/metrics answers 200 with 0 samples; 1 line is neither sample nor comment: line 1 "<html>".'],
    ['warning', '', 'http://h/metrics answers 200 with 0 samples.'],
  ])('is %s by what can be read of it', (level, text, said) => {
    expect(metricsFinding('http://h/metrics', { status: 200, text })).toEqual({ level, about: 'metrics', text: said });
  });
});
