import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noteRerun } from '../reruns.js';
import { miniServer, plimsoll, temporaryFolder } from './plimsoll.js';
import { scenarioFile } from './scenario-file.js';
import { type ReportedRun, validRun } from './valid-run.js';

const MOST_RERUNS = 4;

/** A run whose baseline is not refused for the delay of this machine; it is made again a few times. */
async function savedAs(baseline: string, scenario: string): Promise<ReportedRun> {
  for (let tries = 0; ; tries++) {
    const run = await validRun(scenario);
    expect(run.code, run.stderr + run.stdout).toBe(0);
    const saved = await plimsoll(['baseline', 'save', run.out, '-o', baseline]);
    if (tries < MOST_RERUNS && saved.stderr.includes('without the delay of the machine')) {
      noteRerun('a baseline is saved', saved.stderr);
      continue;
    }
    expect(saved, saved.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('Baseline of e2e') });
    return run;
  }
}

describe('baseline', () => {
  it('is saved from a run, shown, and judges a slower server as worse: exit 4', async () => {
    const place = temporaryFolder();
    const baseline = join(place, 'baseline.json');
    // One call at a time: delay of the machine is passed on by calls in flight, and a baseline that it may have made is refused.
    const load = { rate: '12/s', for: '5s' };
    const url = `http://127.0.0.1:${await miniServer('--delay', '50')}/mcp`;
    const scenario = scenarioFile({ url, ...load, more: { slo: { p95: '2s' } } });
    const first = await savedAs(baseline, scenario);

    const shown = await plimsoll(['baseline', 'show', baseline, '--json']);
    const { limits } = JSON.parse(shown.stdout) as { limits: { p50Ms: number } };
    expect(limits.p50Ms).toBeCloseTo((first.result.latencyUs.response.p50 ?? 0) / 1000, 3);

    const slower = `http://127.0.0.1:${await miniServer('--delay', '150')}/mcp`;
    const judged = scenarioFile({ url: slower, ...load, more: { slo: { p95: '2s' }, baseline } });
    const second = await validRun(judged);
    expect(second.code, second.stderr + second.stdout).toBe(4);
    expect(second.result.verdict.checks.find(({ name }) => name === 'baseline: p50')).toMatchObject({
      outcome: 'fail',
      source: 'baseline',
    });
  });

  it('refuses a file that is none, before anything is started', async () => {
    const place = temporaryFolder();
    const path = join(place, 'baseline.json');
    writeFileSync(path, '{"schema":"something else"}');
    const scenario = scenarioFile({ url: 'http://127.0.0.1:9/mcp', more: { baseline: path } });
    const { code, stderr } = await plimsoll(['run', scenario, '--out', join(place, 'run')]);
    expect(code).toBe(2);
    expect(stderr).toContain(path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ schema: 'something else' });
  });
});
