import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drive, driverFor } from '../fixtures/drive-call.js';
import { freePort } from '../fixtures/ports.js';
import { dbhubScript, lacking, pythonWithMcp, stdioServer } from '../requirement.js';
import { bin, plimsoll, root, temporaryFolder } from './plimsoll.js';
import { resultIn } from './run-result.js';

/** Starts a process and resolves once an URL answers at all. @returns what stops it. */
async function started(command: readonly string[], url: string): Promise<() => Promise<void>> {
  const [file, ...args] = command;
  const child = spawn(file as string, args, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const until = Date.now() + 60_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${command.join(' ')} ended with ${child.exitCode}`);
    const answered = await fetch(url).then(
      (response) => response.status > 0,
      () => false,
    );
    if (answered) break;
    if (Date.now() > until) throw new Error(`${url} does not answer`);
    await new Promise((done) => setTimeout(done, 100));
  }
  return async () => {
    child.kill('SIGTERM');
    await ended;
  };
}

describe.skipIf(lacking('python mcp'))('a server of the Python SDK', () => {
  it.each([
    ['legacy', 'stateful', '2025-11-25'],
    ['legacy', 'stateless', '2025-11-25'],
    ['modern', 'stateless', '2026-07-28'],
  ] as const)('is driven: %s, %s', async (protocol, state, version) => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/mcp`;
    const stop = await started(
      [pythonWithMcp() as string, join(root, 'test', 'peers', 'python-server.py'), String(port), state],
      url,
    );
    const driver = driverFor(url, { protocol });
    try {
      const [endpoint] = await driver.open(2);
      expect(endpoint).toMatchObject({ protocolVersion: version, stateful: state === 'stateful' });
      expect(endpoint?.tools.map(({ name }) => name)).toEqual(['add', 'fail']);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          drive(driver, { tool: 'add', argumentsJson: `{"a":${i},"b":1}`, wantResult: true, timeoutMs: 5000 }),
        ),
      );
      for (const [i, answer] of answers.entries()) {
        expect(answer, answer.text).toMatchObject({
          outcome: 'ok',
          result: { content: [{ type: 'text', text: String(i + 1) }] },
        });
      }
      expect((await drive(driver, { tool: 'fail', argumentsJson: '{}', timeoutMs: 5000 })).outcome).toBe('tool-error');
    } finally {
      await driver.close();
      await stop();
    }
  });
});

describe.skipIf(lacking('stdio servers'))('reference servers over stdio', () => {
  it('are driven: files are read from a folder, a graph is read and written', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'order.txt'), 'order 1001');
    const cases = [
      {
        command: [stdioServer('filesystem'), folder],
        tool: 'read_text_file',
        args: { path: join(folder, 'order.txt') },
        says: 'order 1001',
      },
      {
        command: [stdioServer('memory')],
        tool: 'create_entities',
        args: { entities: [{ name: 'o', entityType: 'order', observations: [] }] },
        says: 'order',
      },
    ];
    for (const { command, tool, args, says } of cases) {
      const target = {
        transport: 'stdio',
        command: [process.execPath, ...command],
        env: { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') },
      };
      const driver = driverFor([], target as Parameters<typeof driverFor>[1]);
      try {
        const [endpoint] = await driver.open(2);
        expect(endpoint?.tools.map(({ name }) => name)).toContain(tool);
        const answers = await Promise.all(
          Array.from({ length: 10 }, () =>
            drive(driver, { tool, argumentsJson: JSON.stringify(args), wantResult: true, timeoutMs: 5000 }),
          ),
        );
        for (const answer of answers) expect(answer.outcome, answer.text).toBe('ok');
        // Two processes share the file: whichever call came first made the entity, the others found it there.
        expect(JSON.stringify(answers.map(({ result }) => result))).toContain(says);
      } finally {
        await driver.close();
      }
    }
  });
});

describe.skipIf(lacking('dbhub') || lacking('postgres'))('a server that dies with its database', () => {
  let stop: () => Promise<void>;
  let postgres: number;
  beforeAll(async () => {
    postgres = await freePort();
    const port = await freePort();
    // The sample brings the PostgreSQL; its own tools are not called.
    const sample = [process.execPath, bin, 'sample', '--port', String(port), '--postgres', String(postgres)];
    stop = await started(sample, `http://127.0.0.1:${port}/health/ready`);
  });
  afterAll(async () => stop?.());

  it('is told with what ended it, and when', async () => {
    const port = await freePort();
    // Below the ephemeral range: the fault takes the proxy down and up.
    const proxy = 21_000 + (process.pid % 10_000);
    const folder = temporaryFolder();
    const scenario = {
      plimsoll: 1,
      name: 'dbhub',
      target: {
        url: `http://127.0.0.1:${port}/mcp`,
        server: {
          command: [
            process.execPath,
            dbhubScript(),
            '--transport',
            'http',
            '--port',
            String(port),
            '--dsn',
            `postgres://postgres@127.0.0.1:${proxy}/orders?sslmode=disable`,
          ],
          ready: `http://127.0.0.1:${port}/healthz`,
          readyTimeout: '30s',
        },
      },
      sessions: { count: 2 },
      load: { seed: 1, timeout: '2s', phases: [{ name: 'steady', rate: '40/s', for: '9s' }] },
      calls: [{ tool: 'execute_sql', arguments: { sql: 'select 1' } }],
      dependencies: { postgres: { listen: `127.0.0.1:${proxy}`, upstream: `127.0.0.1:${postgres}`, tools: ['execute_sql'] } },
      faults: [{ dependency: 'postgres', inject: 'refused', at: '3s', for: '2s' }],
    };
    writeFileSync(join(folder, 'dbhub.yaml'), JSON.stringify(scenario));
    const out = join(folder, 'run');
    const { code, stdout, stderr } = await plimsoll(['run', join(folder, 'dbhub.yaml'), '--out', out], { env: { HOME: folder } });
    expect(code, stderr).toBe(6);
    const { run, faults } = resultIn(out);
    expect(run.end).toBe('server-exited');
    expect(faults[0]?.path).toBe('verified');
    expect(faults[0]?.findings[0]).toMatchObject({ code: 'server-exited', level: 'problem' });
    expect(stdout).toMatch(/the server exited (0\.\d+ s|\d+(\.\d+)? ms) after refused on postgres began/);
    expect(stdout).toMatch(/its last words: .*(Connection terminated|ECONNRESET|terminat)/i);
  });
});
