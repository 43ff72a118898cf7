import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/result/result.js';
import { fixture, plimsoll, startPlimsoll, startServer, temporaryFolder } from './plimsoll.js';
import { scenarioFile } from './scenario-file.js';

describe('plimsoll capacity', () => {
  it('says what it will do, and reports the trials that were done when the user stops it: exit 130', async () => {
    const port = await startServer([process.execPath, fixture('slot-server.js'), '--slots', '4', '--ms', '20']);
    const out = join(temporaryFolder(), 'run');
    const file = scenarioFile({
      url: `http://127.0.0.1:${port}/mcp`,
      more: { calls: [{ tool: 'work', arguments: {} }], slo: { p95: '80ms' } },
    });
    const running = startPlimsoll(['capacity', file, '--budget', '2m', '--start', '50/s', '--out', out]);
    await running.says(/warm-up .* done/);
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect(code, stderr).toBe(130);
    expect(stderr.split('\n')[0]).toBe('at most 2 min of load: none 2 min');
    expect(stderr).toContain('estimate ±25 %');
    expect(stdout).toContain('stopped with Ctrl-C');
    const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result;
    expect(result.capacity?.healthy).toMatchObject({ ending: 'interrupted', trials: [{ purpose: 'warm-up' }, {}] });
  });

  it('refuses what makes no sense before any load', async () => {
    const file = scenarioFile({ url: 'http://127.0.0.1:9/mcp' });
    const wrong = async (...flags: readonly string[]) => {
      const { code, stderr } = await plimsoll(['capacity', file, ...flags]);
      expect(code, stderr).toBe(2);
      return stderr;
    };
    expect(await wrong('--budget', '3m')).toContain('capacity.budget');
    expect(await wrong('--under', 'slow-dependency@nowhere')).toContain('capacity.under');
    expect(await wrong('--under', 'none,none')).toContain('found "none" a second time');
  });
});
