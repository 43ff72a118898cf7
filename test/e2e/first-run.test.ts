import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort, root } from './plimsoll.js';
import { expectAllReports, expectCountsToAddUp } from './run-result.js';
import { scenarioFile } from './scenario-file.js';
import { anyRun, expectPassUnlessBusy } from './valid-run.js';

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

describe('the first run', () => {
  it('drives the sample server on a real PostgreSQL, with all signals, and leaves nothing running', async () => {
    const [port, postgres] = [await freePort(), await freePort()];
    const at = (path: string) => `http://127.0.0.1:${port}${path}`;
    const scenario = scenarioFile({
      url: at('/mcp'),
      target: {
        server: {
          command: ['plimsoll', 'sample', '--port', String(port), '--postgres', String(postgres)],
          ready: at('/health/ready'),
          readyTimeout: '60s',
        },
        health: { live: at('/health/live'), ready: at('/health/ready'), every: '500ms' },
        metrics: at('/metrics'),
      },
      load: {
        arrivals: 'poisson',
        phases: [
          { name: 'warm-up', rate: '20/s', for: '1s', warmUp: true },
          { name: 'steady', rate: '80/s', for: '4s' },
          { name: 'burst', rate: '160/s', for: '2s' },
        ],
      },
      more: {
        calls: [
          { tool: 'search_orders', weight: 6, arguments: { customer: 7, limit: 20 } },
          { tool: 'get_order', weight: 3, arguments: { id: 1001 } },
          {
            journey: 'look-then-act',
            weight: 1,
            steps: [
              { tool: 'search_orders', arguments: { customer: 8, limit: 2 }, save: { order: '/orders/0/id' } },
              { think: '20ms' },
              { tool: 'get_order', arguments: { id: '{{ order }}' } },
            ],
          },
        ],
      },
    });
    const run = await anyRun(scenario);
    expectPassUnlessBusy(run);
    const { result, out } = run;
    expectAllReports(out);
    expectCountsToAddUp(result);
    expect(result.totals.failed).toBe(0);
    expect(result.tools.map(({ tool }) => tool).sort()).toEqual(['get_order', 'search_orders']);
    expect(result.phases.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['warm-up warm-up', 'steady steady', 'burst burst']);
    const [warmUp] = result.phases;
    const all = result.phases.reduce((sum, { counts }) => sum + counts.offered, 0);
    expect(result.totals.offered).toBe(all - (warmUp?.counts.offered ?? 0));

    expect(result.health.map(({ probe }) => probe).sort()).toEqual(['live', 'ready']);
    for (const { probes, misses } of result.health) {
      expect(probes).toBeGreaterThan(5);
      expect(misses).toBe(0);
    }
    expect(result.saturation.process?.rssBytes?.max).toBeGreaterThan(20_000_000);
    expect(Object.keys(result.saturation.metrics ?? {}).some((name) => name.startsWith('mcp_requests_total'))).toBe(true);

    expect(await listens(port)).toBe(false);
    expect(await listens(postgres)).toBe(false);
  });

  it('is what the README starts', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    expect(scripts['first-run']).toContain('run scenarios/first-run.yaml');
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain('npm ci && npm run first-run');
  });
});
