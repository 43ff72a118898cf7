import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gateOrder } from '../src/run/gate/gate-order.js';
import { parseScenario } from '../src/scenario/reading/parse-scenario.js';
import { gateSettings } from '../src/scenario/resolve/resolve.js';

const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'gate.md'), 'utf8');
const [scenario = ''] = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text as string);
const settings = gateSettings(undefined, (path) => path);

describe('the page about the gate', () => {
  it('shows a scenario that is accepted as it is, and that both builds can be up in', () => {
    const { scenario: read } = parseScenario(scenario, {
      fileName: 'orders.yaml',
      folder: '/repo/load',
      env: {},
      ports: () => 4321,
      files: { read: () => '', exists: () => true, findProgram: (name: string) => `/usr/bin/${name}` },
    });
    expect(read.target.server?.cwd).toBe('/repo');
    expect(gateOrder(read, read.gate ?? settings, { self: false })).toMatchObject({ mode: 'duet', phase: { name: 'steady' } });
  });

  it('names the defaults that the code has', () => {
    expect(page).toContain(`(default \`[${settings.metrics.join(', ')}]\`)`);
    expect(page).toContain(`after ${settings.pairs.looks.join(', ').replace(/, (\d+)$/, ' or $1')} pairs`);
    expect(page).toContain(`${settings.pairs.warmUpMs / 1000} s of warm-up, and ${settings.pairs.measureMs / 1000} s in which`);
    const percent = (share: number): string => `+${Math.round(share * 100)} %`;
    for (const [row, { regression, margin }] of [
      ['| `p50`, `p95`, `p99` |', settings.limits.p95],
      ['| `cpu` |', settings.limits.cpu],
    ] as const) {
      const line = page.split('\n').find((each) => each.startsWith(row));
      expect(line).toMatch(new RegExp(`\\| \\${percent(regression)} \\| \\${percent(margin)} \\|$`));
    }
  });
});
