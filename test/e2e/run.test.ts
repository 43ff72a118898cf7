import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort } from '../fixtures/ports.js';
import { fixture, miniServer, plimsoll, root, startServer, temporaryFolder } from './plimsoll.js';
import { expectAllReports, expectCountsToAddUp, resultIn } from './run-result.js';
import { scenarioFile } from './scenario-file.js';
import { anyRun, expectPassUnlessBusy, validRun } from './valid-run.js';

describe('plimsoll run', () => {
  it('passes against the reference server, which nobody here wrote', async () => {
    const port = await freePort();
    const everything = join(root, 'node_modules', '@modelcontextprotocol', 'server-everything', 'dist', 'index.js');
    const scenario = scenarioFile({
      url: `http://127.0.0.1:${port}/mcp`,
      for: '3s',
      target: {
        protocol: 'legacy',
        // The reference server has no health page: any answer on its port means that it is there.
        server: { command: [process.execPath, everything, 'streamableHttp'], env: { PORT: String(port) } },
      },
      more: {
        calls: [
          { tool: 'echo', weight: 3, arguments: { message: 'hello {{ seq }}' }, expect: { text: 'hello' } },
          { tool: 'get-sum', weight: 1, arguments: { a: 2, b: 3 }, expect: { text: '5' } },
        ],
      },
    });
    const { code, stdout, stderr, out, result } = await validRun(scenario);
    expect(stderr + stdout).toContain('2025-11-25');
    expect(code, stderr + stdout).toBe(0);
    expectAllReports(out);
    expectCountsToAddUp(result);
    expect(result.totals).toMatchObject({ offered: 480, ok: 480 });
    expect(result.tools.map(({ tool }) => tool).sort()).toEqual(['echo', 'get-sum']);
    expect(result.run.end).toBe('completed');
  });

  it('drives a server of the 2026-07-28 era by the same command', async () => {
    const port = await startServer([process.execPath, fixture('modern-server.js')]);
    const run = await anyRun(scenarioFile({ url: `http://127.0.0.1:${port}/mcp` }));
    expectPassUnlessBusy(run);
    const { stderr, result } = run;
    expect(stderr).toContain('2026-07-28');
    expect(result.totals).toMatchObject({ offered: 320, ok: 320 });
  });

  it('needs no file for a URL, and can print the file it stands for', async () => {
    const port = await miniServer();
    const flags = ['--tool', 'echo', '--arguments', '{"message":"hi"}', '--rate', '200/s', '--for', '2s', '--slo', 'p95=400ms'];
    const url = `http://127.0.0.1:${port}/mcp`;
    const run = await anyRun(url, [...flags, '--label', 'build=17']);
    expectPassUnlessBusy(run);
    expect(run.result.run.labels).toEqual({ build: '17' });

    const printed = await plimsoll(['run', url, ...flags, '--print-scenario']);
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    expect(printed.stdout).toContain('tool: echo');
  });

  it('with --json has nothing but the result on stdout', async () => {
    const port = await miniServer();
    const { stdout, stderr, out } = await anyRun(scenarioFile({ url: `http://127.0.0.1:${port}/mcp` }), ['--json']);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')));
    expect(stderr).toContain(out);
  });

  it('counts calls due in a freeze from their due time: p90 about 1 s, SLO missed', async () => {
    // A server of its own for each try: the freeze comes once in its life.
    const scenario = async (): Promise<string> => {
      const port = await miniServer('--freeze-at', '4', '--freeze-for', '2');
      return scenarioFile({ url: `http://127.0.0.1:${port}/mcp`, rate: '50/s', for: '10s', load: { timeout: '5s' } });
    };
    const { code, stdout, stderr, result } = await validRun(scenario);
    expect(code, stderr + stdout).toBe(3);
    expect(result.totals.offered).toBe(500);
    // 100 of 500 calls fall due in the freeze and wait 2 s to 0 s: the slowest tenth begins at the 50th of them, at 1 s.
    expect(result.latencyUs.response.p90).toBeGreaterThan(900_000);
    expect(result.latencyUs.response.p90).toBeLessThan(1_150_000);
    expect(result.latencyUs.response.p50).toBeLessThan(100_000);
    expect(result.verdict.checks.find(({ outcome }) => outcome === 'fail')?.metric).toContain('p95');
  });

  it('calls a rate beyond the generator an invalid run, not a slow server', async () => {
    const port = await miniServer();
    const out = join(temporaryFolder(), 'run');
    const scenario = scenarioFile({
      url: `http://127.0.0.1:${port}/mcp`,
      rate: '150000/s',
      for: '3s',
      load: { workers: 1, maxInFlight: 100_000, timeout: '10s' },
    });
    const { code, stdout, stderr } = await plimsoll(['run', scenario, '--out', out]);
    expect(code, stderr + stdout).toBe(5);
    const result = resultIn(out);
    expect(result.validity.valid).toBe(false);
    expect(result.verdict.outcome).toBe('invalid');
    expectCountsToAddUp(result);
  });
});
