import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../fixtures/ports.js';
import { fixture, miniServer, plimsoll, temporaryFolder } from './plimsoll.js';
import { expectAllReports, expectCountsToAddUp, resultIn } from './run-result.js';
import { scenarioFile } from './scenario-file.js';

const mini = (port: number, ...args: string[]) => ({
  server: {
    command: [process.execPath, fixture('mini-server.js'), '--port', String(port), ...args],
    ready: `http://127.0.0.1:${port}/health`,
  },
});

describe('a target that cannot be loaded', () => {
  it('is not reachable: exit 6, nothing left behind', async () => {
    const port = await freePort();
    const out = join(temporaryFolder(), 'run');
    const { code, stderr } = await plimsoll(['run', scenarioFile({ url: `http://127.0.0.1:${port}/mcp` }), '--out', out]);
    expect(code).toBe(6);
    expect(stderr).toContain(`127.0.0.1:${port}`);
    expect(existsSync(out)).toBe(false);
  });

  it('is not MCP: exit 6', async () => {
    const web = createServer((_request, response) => response.end('<h1>hello</h1>'));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      web.closeAllConnections();
      web.close();
    });
    const { port } = web.address() as { port: number };
    const { code } = await plimsoll([
      'run',
      scenarioFile({ url: `http://127.0.0.1:${port}/mcp` }),
      '--out',
      join(temporaryFolder(), 'run'),
    ]);
    expect(code).toBe(6);
  });

  it('lacks the tool: exit 6, with the nearest name', async () => {
    const port = await miniServer();
    const scenario = scenarioFile({ url: `http://127.0.0.1:${port}/mcp`, tool: 'ecko' });
    const { code, stderr } = await plimsoll(['run', scenario, '--out', join(temporaryFolder(), 'run')]);
    expect(code).toBe(6);
    expect(stderr).toContain('ecko');
    expect(stderr).toContain('echo');
  });

  it('rejects the arguments: exit 6, naming the argument', async () => {
    const port = await miniServer();
    const scenario = scenarioFile({ url: `http://127.0.0.1:${port}/mcp`, arguments: { mesage: 'x' } });
    const { code, stderr } = await plimsoll(['run', scenario, '--out', join(temporaryFolder(), 'run')]);
    expect(code).toBe(6);
    expect(stderr).toContain('message');
  });

  it('is a host that nobody named: exit 2, and nothing is sent', async () => {
    const { code, stderr } = await plimsoll(['run', scenarioFile({ url: 'http://192.0.2.1:9/mcp' })]);
    expect(code).toBe(2);
    expect(stderr).toContain('--yes-i-may-load 192.0.2.1');
  });

  it('cannot have its faults: exit 2 for what the file says wrong, with its place; exit 7 without an engine', async () => {
    const withFault = (fault: Readonly<Record<string, unknown>>) =>
      scenarioFile({
        url: 'http://127.0.0.1:9/mcp',
        more: {
          dependencies: { db: { listen: '127.0.0.1:15432', upstream: '127.0.0.1:5432', tools: ['echo'] } },
          faults: [{ dependency: 'db', at: '0.5s', for: '1s', ...fault }],
        },
      });
    const wrong = withFault({ inject: 'slow-dependency', with: { latncy: '200ms' } });
    for (const command of ['validate', 'run']) {
      const { code, stderr } = await plimsoll([command, wrong]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/:\d+:\d+ {2}faults\.0\.with\.latncy {2}found "latncy".*did you mean "latency"/);
    }
    const right = withFault({ inject: 'slow-dependency' });
    expect((await plimsoll(['validate', right])).code).toBe(0);
    const run = await plimsoll(['run', right, '--toxiproxy', 'http://127.0.0.1:1']);
    expect(run.code).toBe(7);
    expect(run.stderr).toContain('the Toxiproxy at http://127.0.0.1:1 cannot be reached');
    expect((await plimsoll(['run', right, '--toxiproxy', 'nonsense'])).code).toBe(2);
  });

  it('finds its port taken by something else: exit 8, said plainly, and that something is not loaded', async () => {
    const port = await miniServer();
    const scenario = scenarioFile({ url: `http://127.0.0.1:${port}/mcp`, target: mini(port) });
    const { code, stderr } = await plimsoll(['run', scenario, '--out', join(temporaryFolder(), 'run')]);
    expect(code).toBe(8);
    expect(stderr).toContain(String(port));
  });
});

describe('a server under test that dies in the middle', () => {
  it('ends the run with exit 6, and the report is written', async () => {
    const port = await freePort();
    const out = join(temporaryFolder(), 'run');
    const scenario = scenarioFile({ url: `http://127.0.0.1:${port}/mcp`, for: '20s', target: mini(port, '--die-after', '300') });
    const started = Date.now();
    const { code, stderr, stdout } = await plimsoll(['run', scenario, '--out', out]);
    expect(code, stderr + stdout).toBe(6);
    expect(Date.now() - started).toBeLessThan(15_000);
    expectAllReports(out);
    const result = resultIn(out);
    expect(result.run.end).toBe('server-exited');
    expectCountsToAddUp(result);
    expect(result.totals.ok).toBeGreaterThan(30);
    expect(stderr + stdout).toMatch(/exit(ed)?.*3/);
  });
});
