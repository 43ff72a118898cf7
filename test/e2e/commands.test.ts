import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cannedServer } from '../fixtures/canned-server.js';
import { bin, miniServer, plimsoll, temporaryFolder } from './plimsoll.js';
import { scenarioFile } from './scenario-file.js';

describe('plimsoll doctor', () => {
  it('measures this machine in about ten seconds, looks at the target, and compares the peak', async () => {
    const port = await miniServer();
    const scenario = scenarioFile({
      url: `http://127.0.0.1:${port}/mcp`,
      target: { health: { live: `http://127.0.0.1:${port}/health` } },
    });
    const { stdout, stderr } = await plimsoll(['doctor', scenario, '--json']);
    const { trustedPerS, reading, findings } = JSON.parse(stdout) as {
      trustedPerS: number;
      reading: { ceilingPerS: number; pipelinePerS: number; pipelineCpuUsPerCall: number };
      findings: readonly { level: string; about: string; text: string }[];
    };
    // A busy machine is slow, but no machine that runs tests makes less than this, and none is a hundred times faster than known ones.
    expect(reading.pipelinePerS).toBeGreaterThan(500);
    expect(reading.pipelinePerS).toBeLessThan(1_000_000);
    expect(reading.pipelineCpuUsPerCall).toBeGreaterThan(1);
    expect(trustedPerS).toBe(Math.round(reading.pipelinePerS * 0.65));
    const about = (name: string) => findings.filter((finding) => finding.about === name);
    expect(about('target')[0]?.text).toContain('2025-06-18');
    expect(about('live')).toEqual([{ level: 'ok', about: 'live', text: `http://127.0.0.1:${port}/health answers 200.` }]);
    expect(about('peak rate')[0]?.level).toBe('ok');
    expect(stderr).toContain('closed loop');
  });

  it('calls a target that is not there a problem: exit 6', async () => {
    const { code, stdout } = await plimsoll(['doctor', scenarioFile({ url: 'http://127.0.0.1:9/mcp' }), '--quiet']);
    expect(code).toBe(6);
    expect(stdout).toMatch(/^problem +target +http:\/\/127\.0\.0\.1:9\/mcp/m);
  });
});

describe('plimsoll init', () => {
  it('writes a file that validates, and never over another without --force', async () => {
    const port = await miniServer();
    const url = `http://127.0.0.1:${port}/mcp`;
    const cwd = temporaryFolder();
    expect((await plimsoll(['init', url], { cwd })).code).toBe(0);
    const file = join(cwd, 'mini-echo.yaml');
    expect(readFileSync(file, 'utf8')).toContain('tool: "echo"');
    expect((await plimsoll(['validate', 'mini-echo.yaml'], { cwd })).code).toBe(0);

    writeFileSync(file, 'mine');
    expect(await plimsoll(['init', url], { cwd })).toMatchObject({ code: 2, stderr: expect.stringContaining('--force') });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await plimsoll(['init', url, '--force'], { cwd })).code).toBe(0);
    expect(readFileSync(file, 'utf8')).not.toBe('mine');
  });

  it('says that nothing may be called unseen: exit 0, and run refuses the file with what to do', async () => {
    const server = await cannedServer({ tools: [{ name: 'hset', inputSchema: { type: 'object' } }] });
    onTestFinished(() => server.close());
    const cwd = temporaryFolder();
    const written = await plimsoll(['init', server.url, '--out', 'x.yaml'], { cwd });
    expect(written).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('no tool is safe to call without a look at it first: uncomment'),
    });
    expect(readFileSync(join(cwd, 'x.yaml'), 'utf8')).toContain('# No tool is safe to call without a look at it first');
    const refused = await plimsoll(['run', 'x.yaml'], { cwd });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('uncomment one that you allow') });
    // With --try, nothing that may write is called either.
    expect((await plimsoll(['init', server.url, '--out', 'y.yaml', '--try'], { cwd })).code).toBe(0);
    expect(server.seen.filter(({ message }) => message?.method === 'tools/call')).toEqual([]);
  });
});

describe('the command line', () => {
  it('tolerates a reader that goes away', async () => {
    const pipeline = `'${process.execPath}' '${bin}' validate scenarios/first-run.yaml --json | head -c 1; exit "\${PIPESTATUS[0]}"`;
    const { code, stdout, stderr } = await plimsoll([], { command: ['bash', '-c', pipeline] });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '{', stderr: '' });
  });

  it('lists all problems of a scenario at once: exit 2', async () => {
    const path = join(temporaryFolder(), 'bad.yaml');
    writeFileSync(
      path,
      'plimsoll: 1\nname: Bad Name\ntarget: { urll: "http://127.0.0.1:1/mcp" }\nload: { phases: [{ name: a, rate: fast, for: 1s }] }\n',
    );
    const { code, stderr } = await plimsoll(['run', path]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${path}:2:7`);
    expect(stderr).toContain('target.urll');
    expect(stderr).toContain('load.phases.0.rate');
  });
});
