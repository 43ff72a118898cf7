import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Result } from '../../src/result/result.js';
import type { OutcomeClass } from '../../src/scenario/outcome.js';
import { freePort, listens } from '../fixtures/ports.js';
import { goServer, lacking, pypiServer, redisPath } from '../requirement.js';
import { bin, plimsoll, temporaryFolder } from './plimsoll.js';
import { expectAllReports, expectCountsToAddUp, resultIn } from './run-result.js';
import { expectExitUnlessInDoubt } from './valid-run.js';

/** Starts a program for the length of a test. Resolves once it listens. */
async function started(
  command: readonly string[],
  port: number,
  env: Readonly<Record<string, string>> = {},
): Promise<ChildProcess> {
  const [file, ...args] = command;
  const child = spawn(file as string, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  onTestFinished(async () => {
    child.kill('SIGINT');
    const stubborn = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(stubborn);
  });
  const until = Date.now() + 60_000;
  while (!(await listens(port))) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`${command.join(' ')} does not listen on ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return child;
}

/** What a stranger's server must not be told of: that it does not speak the protocol, or that we do not. */
const PROTOCOL_FAILURES: readonly OutcomeClass[] = [
  'malformed',
  'schema',
  'protocol-violation',
  'contract',
  'negotiation',
  'redirect',
  'unsupported-interaction',
];

interface Starter {
  readonly file: string;
  readonly folder: string;
  readonly stderr: string;
  readonly text: string;
}

/** `plimsoll init`, as a new user: it must end well, and write a file. The load in it is cut short. */
async function starter(...args: readonly string[]): Promise<Starter> {
  const folder = temporaryFolder();
  const file = join(folder, 'starter.yaml');
  const at = args.indexOf('--');
  const [before, behind] = at === -1 ? [args, []] : [args.slice(0, at), args.slice(at)];
  const { code, stderr } = await plimsoll(['init', ...before, '--out', file, ...behind], { cwd: folder });
  expect(code, stderr).toBe(0);
  const text = readFileSync(file, 'utf8')
    .replace('for: 5s', 'for: 1s')
    .replace('for: 30s', 'for: 4s')
    // A process for each session, over stdio.
    .replace('count: 5', 'count: 2');
  writeFileSync(file, text);
  return { file, folder, stderr, text };
}

/** Uncomments the call of a tool. */
function uncomment({ file, text }: Starter, tool: string): void {
  const sign = `  # - { tool: "${tool}"`;
  expect(text).toContain(sign);
  writeFileSync(file, text.replace(sign, `  - { tool: "${tool}"`));
}

/** `validate` and `run`: whatever the machine says of the figures, they are there, and nobody broke the protocol. */
async function runOf({ file, folder }: Starter, flags: readonly string[] = []): Promise<Result> {
  const validated = await plimsoll(['validate', file, ...flags], { cwd: folder });
  expect(validated.code, validated.stderr).toBe(0);
  const out = join(folder, 'run');
  const { code, stdout, stderr } = await plimsoll(['run', file, '--out', out, ...flags], { cwd: folder });
  const result = resultIn(out);
  // Passed, missed the limits that init wrote, or made too few calls for them.
  expectExitUnlessInDoubt(result, code, [0, 3, 5], `${stdout}\n${stderr}`);
  expectAllReports(out);
  expectCountsToAddUp(result);
  expect(result.run.end).toBe('completed');
  expect(result.totals.ok).toBeGreaterThan(0);
  expect(result.errors.filter(({ class: name }) => PROTOCOL_FAILURES.includes(name as OutcomeClass))).toEqual([]);
  for (const tool of result.tools) {
    expect(tool.counts.ok, `${tool.tool}: ${JSON.stringify(result.errors)}`).toBeGreaterThan(0);
  }
  return result;
}

/** What a run found out about its only endpoint. */
const endpointOf = ({ run }: Result): unknown => (run.target.endpoints as readonly unknown[])[0];

/** The faults of a dependency that is slow for the second half of the load, behind the proxy that plimsoll puts before it. */
const slowBehind = (dependency: string, proxy: number, upstream: number): readonly string[] => [
  '--set',
  `dependencies=${JSON.stringify({ [dependency]: { listen: `127.0.0.1:${proxy}`, upstream: `127.0.0.1:${upstream}` } })}`,
  '--set',
  `faults=${JSON.stringify([{ dependency, inject: 'slow-dependency', at: '3s', for: '1s' }])}`,
];

/** Below the ephemeral range: the proxy has it for itself. */
const proxyPort = (): number => 21_000 + (process.pid % 10_000);

describe.skipIf(lacking('go servers'))('servers of the Go SDKs', () => {
  it('go-sdk, everything, over HTTP', async () => {
    const port = await freePort();
    await started([goServer('go-sdk/everything') as string, '-http', `127.0.0.1:${port}`], port);
    const made = await starter(`http://127.0.0.1:${port}/`, '--try');
    expect(made.text).toContain('  - { tool: "ping"');
    const result = await runOf(made);
    expect(endpointOf(result)).toMatchObject({ era: 'legacy', protocolVersion: '2025-11-25', serverName: 'everything' });
  });

  it('go-sdk, distributed: three processes behind one address', async () => {
    const [port, ...children] = await Promise.all([freePort(), freePort(), freePort()]);
    await started(
      [goServer('go-sdk/distributed') as string, '-http', `127.0.0.1:${port}`, '-child_ports', children.join(',')],
      port,
    );
    await expect.poll(async () => (await Promise.all(children.map(listens))).every(Boolean), { timeout: 30_000 }).toBe(true);
    const made = await starter(`http://127.0.0.1:${port}/`);
    expect(made.stderr).toContain('no tool is safe to call without a look at it first: uncomment a call');
    expect(await plimsoll(['run', made.file], { cwd: made.folder })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('uncomment one that you allow'),
    });
    uncomment(made, 'inc');
    const result = await runOf(made);
    expect(endpointOf(result)).toMatchObject({ era: 'modern', serverName: 'counter' });
  });

  it('mcp-go, everything, over stdio', async () => {
    const made = await starter('--', goServer('mcp-go/everything') as string);
    expect(made.stderr).toContain('no tool is safe to call without a look at it first');
    uncomment(made, 'echo');
    const result = await runOf(made);
    expect(endpointOf(result)).toMatchObject({ era: 'modern', serverName: 'example-servers/everything' });
  });
});

describe.skipIf(lacking('servers of others'))('servers from PyPI', () => {
  it('mcp-grafana, whose Grafana is slow for a while', async () => {
    const [grafana, direct, port] = await Promise.all([stubGrafana(), freePort(), freePort()]);
    const command = (listen: number): readonly string[] => [
      pypiServer('mcp-grafana') as string,
      ...['-t', 'streamable-http', '--address', `127.0.0.1:${listen}`, '--enabled-tools', 'search,datasource'],
    ];
    const env = (to: number) => ({ GRAFANA_URL: `http://127.0.0.1:${to}`, GRAFANA_SERVICE_ACCOUNT_TOKEN: 'none' });
    await started(command(direct), direct, env(grafana));
    const made = await starter(`http://127.0.0.1:${direct}/mcp`, '--try');
    expect(made.text).toContain('  - { tool: "search_dashboards"');
    // The same server once more, started by plimsoll, with the proxy where its Grafana was.
    const url = `http://127.0.0.1:${port}/mcp`;
    writeFileSync(made.file, made.text.replace(`http://127.0.0.1:${direct}/mcp`, url));
    const server = { command: command(port), env: env(proxyPort()), ready: `http://127.0.0.1:${port}/healthz` };
    const result = await runOf(made, [
      '--set',
      `target.server=${JSON.stringify(server)}`,
      ...slowBehind('grafana', proxyPort(), grafana),
    ]);
    expect(endpointOf(result)).toMatchObject({ serverName: 'mcp-grafana' });
    expect(result.faults).toMatchObject([{ path: 'verified' }]);
  });

  it('mcp-server-motherduck, over stdio', async () => {
    const made = await starter(
      '--try',
      '--',
      pypiServer('mcp-server-motherduck') as string,
      '--db-path',
      ':memory:',
      '--read-write',
    );
    expect(made.text).toContain('  - { tool: "list_');
    const result = await runOf(made);
    expect(endpointOf(result)).toMatchObject({ era: 'modern', protocolVersion: '2026-07-28' });
  });

  it.skipIf(lacking('redis'))('redis-mcp-server, whose Redis is slow for a while', async () => {
    const redis = await freePort();
    await started([redisPath() as string, '--port', String(redis), '--save', ''], redis);
    const server = pypiServer('redis-mcp-server') as string;
    const made = await starter('--try', '--', server, '--url', `redis://127.0.0.1:${redis}/0`);
    const active = [...made.text.matchAll(/^ {2}- \{ tool: "(\w+)"/gm)].map(([, name]) => name);
    expect(active).toContain('get');
    // None that writes, and the database is as empty as it was.
    expect(
      active.filter((name) =>
        /^(h|l|r|s|z|x)?(set|add|del|pop|push|rem)|expire|destroy|create|publish|rename/.test(name as string),
      ),
    ).toEqual([]);
    writeFileSync(made.file, made.text.replace(`127.0.0.1:${redis}`, `127.0.0.1:${proxyPort()}`));
    const result = await runOf(made, slowBehind('redis', proxyPort(), redis));
    expect(endpointOf(result)).toMatchObject({ era: 'legacy', tools: expect.arrayContaining(['hset']) });
    expect(result.faults).toMatchObject([{ path: 'verified' }]);
  });

  it('mcp-proxy around mcp-server-time', async () => {
    const port = await freePort();
    await started(
      [pypiServer('mcp-proxy') as string, '--port', String(port), '--', pypiServer('mcp-server-time') as string],
      port,
    );
    const made = await starter(`http://127.0.0.1:${port}/mcp`, '--try');
    expect(made.text).toContain('  - { tool: "get_current_time"');
    const result = await runOf(made);
    expect(endpointOf(result)).toMatchObject({ era: 'legacy', stateful: true });
  });
});

describe.skipIf(lacking('postgres'))('the sample', () => {
  it.each([
    ['with --try', ['--try']],
    ['without', []],
  ])('gives a starter file that runs, %s', async (_how, flags) => {
    const port = await freePort();
    const postgres = await freePort();
    await started([process.execPath, bin, 'sample', '--port', String(port), '--postgres', String(postgres)], port);
    const made = await starter(`http://127.0.0.1:${port}/mcp`, ...flags);
    const result = await runOf(made);
    expect(result.totals.failed).toBe(0);
    expect(result.tools.map(({ tool }) => tool).sort()).toEqual(['echo', 'get_order', 'search_orders']);
  });
});

/** As much of a Grafana as the tools for dashboards and data sources ask for. @returns its port */
async function stubGrafana(): Promise<number> {
  const source = {
    id: 1,
    uid: 'prom',
    orgId: 1,
    name: 'Prometheus',
    type: 'prometheus',
    url: 'http://127.0.0.1:9',
    access: 'proxy',
    isDefault: true,
  };
  const pages: Readonly<Record<string, unknown>> = {
    '/api/health': { commit: 'x', database: 'ok', version: '12.0.0' },
    '/api/search': [
      { id: 1, uid: 'abc', title: 'Orders', uri: 'db/orders', url: '/d/abc/orders', type: 'dash-db', tags: [], isStarred: false },
    ],
    '/api/datasources': [source],
    '/api/datasources/uid/prom': source,
  };
  const server = createServer((request, response) => {
    const page = pages[new URL(request.url ?? '/', 'http://x').pathname];
    response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(page ?? { message: 'not found' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as { port: number }).port;
}
