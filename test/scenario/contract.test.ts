import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/reading/load-scenario.js';

const contract = (name: string, env = {}) => loadScenario(new URL(`contract/${name}.yaml`, import.meta.url).pathname, { env });

describe('the contract files are accepted as they stand', () => {
  it.each(['complete', 'everything', 'first-run', 'gate', 'stdio'])('%s', (name) => {
    expect(contract(name).scenario.name).toBe(name === 'gate' ? 'gate-sample' : name);
  });

  it('reads units of complete.yaml into the names that carry them', () => {
    const { scenario } = contract('complete');
    expect(scenario.load).toMatchObject({ timeoutMs: 5000, drainMs: 5000, retry: { attempts: 3, backoffMs: 100, budget: 0.1 } });
    expect(scenario.load.phases[2]).toEqual({
      model: 'open',
      name: 'climb',
      fromPerS: 100,
      toPerS: 300,
      forMs: 30_000,
      warmUp: false,
    });
    expect(scenario.load.phases[4]).toEqual({
      model: 'closed',
      name: 'agents',
      users: 50,
      thinkMs: 1000,
      forMs: 30_000,
      warmUp: false,
    });
    expect(scenario.slo).toMatchObject({ success: 0.99, p95Ms: 400, declared: true, during: { fault: { success: 0.9 } } });
    expect(scenario.baseline).toEqual({
      p50Ms: 100,
      p95Ms: 500,
      p99Ms: 1000,
      errorRate: 0.001,
      throughputPerS: 90,
      tolerance: 1.5,
    });
    expect(scenario.faults[0]).toMatchObject({ atMs: 30_000, forMs: 15_000, with: { latency: '200ms', jitter: '50ms' } });
  });

  it('puts the defaults of the design where stdio.yaml is silent', () => {
    const { scenario } = contract('stdio');
    expect(scenario.target).toMatchObject({ urls: [], protocol: 'auto', preflight: 'call' });
    expect(scenario.load).toMatchObject({ maxInFlight: 1000, drainMs: 5000, workers: 'auto' });
    expect(scenario.load.retry).toBeUndefined();
    expect(scenario.recovery).toEqual({ withinMs: 10_000 });
    expect(scenario.calls[0]).toMatchObject({ weight: 1 });
  });

  it('takes the environment where a file asks for it', () => {
    expect(contract('everything', { MCP_URL: 'http://127.0.0.1:9/mcp' }).scenario.target.urls).toEqual([
      'http://127.0.0.1:9/mcp',
    ]);
  });

  it('reads a retry policy without a budget as one that uses every attempt', () => {
    const set = ['load.retry={ attempts: 4, backoff: 50ms, budget: none }'];
    const { scenario } = loadScenario(new URL('contract/first-run.yaml', import.meta.url).pathname, { env: {}, set });
    expect(scenario.load.retry).toEqual({ attempts: 4, backoffMs: 50, budget: 3 });
  });
});
