import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/scenario/reading/scenario-hash.js';
import { minimal, parse } from '../minimal.js';

const hash = (parts: Readonly<Record<string, string>> = {}): string => parse(minimal(parts)).hash;

describe('scenarioHash', () => {
  it('is the same for the same workload, however it is written and whatever it is aimed at', () => {
    const same = hash();
    expect(same).toMatch(/^[0-9a-f]{64}$/);
    expect(hash({ name: 't', description: 'x', slo: '{ p50: 1s }', abort: '{ errorRate: 50% }', capacity: '{ zones: 2 }' })).toBe(
      same,
    );
    expect(hash({ target: '{ url: "http://127.0.0.1:2/other", headers: { a: b } }' })).toBe(same);
    expect(hash({ load: '{ phases: [{ for: 10000ms, rate: 600/m, name: a }], workers: 2, timeout: 10s }' })).toBe(same);
  });

  it.each([
    { load: '{ phases: [{ name: a, rate: 11/s, for: 10s }] }' },
    { load: '{ seed: 2, phases: [{ name: a, rate: 10/s, for: 10s }] }' },
    { load: '{ timeout: 9s, phases: [{ name: a, rate: 10/s, for: 10s }] }' },
    { calls: '[{ tool: echo, arguments: { a: 1 } }]' },
    { calls: '[{ tool: echo, weight: 2 }]' },
    { sessions: '{ count: 11 }' },
    { data: '{ f: { rows: [{ a: 1 }] } }' },
    { classify: '[{ when: { rpcCode: 1 }, as: quota }]' },
    { dependencies: '{ d: { listen: "h:1", upstream: "h:2" } }' },
  ])('changes with the workload: %j', (parts) => expect(hash(parts)).not.toBe(hash()));

  it('puts keys in order at every level', () => {
    expect(canonicalJson({ b: [{ d: 1, c: undefined, a: null }], a: 'x' })).toBe('{"a":"x","b":[{"a":null,"d":1}]}');
  });
});
