import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import { Redactor } from '../../src/scenario/file/redactor.js';
import { freePort } from '../fixtures/ports.js';
import { echoTool, FakeEngine } from './fake-engine.js';
import { answers, mini, opened, scenarioOn, script } from './server-under-test.js';

describe('an environment', () => {
  it('starts the server, waits until it is ready, checks the calls, and stops it again', async () => {
    const port = await freePort();
    const { environment, engine, steps } = await opened(scenarioOn(port, { target: { preflight: 'call' } }));
    expect(await answers(port)).toBe(true);
    expect(environment.endpoints[0]?.tools).toEqual([echoTool]);
    expect(steps.join('\n')).toMatch(/starting .*mini-server.*ready \(pid \d+\).*MCP 2025-06-18/s);
    const closings = [environment.close(), environment.close()];
    await Promise.all(closings);
    expect(await answers(port)).toBe(false);
    expect(engine.asked).toEqual(['open', 'close']);
    // Stopped by us is not exited by itself.
    expect(await Promise.race([environment.serverExited, Promise.resolve('no word')])).toBe('no word');
  });

  it('has `plimsoll` on the PATH of the server, ahead of the PATH that the scenario gives', async () => {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-path-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const log = join(folder, 'server.log');
    const server = { command: ['sh', '-c', 'command -v plimsoll; exit 4'], env: { PATH: '/usr/bin:/bin' } };
    await expect(opened(scenarioOn(port, { server }), { serverLog: log })).rejects.toThrow('code 4');
    expect(readFileSync(log, 'utf8')).toMatch(/bin\/plimsoll\n$/);
  });

  it('tells when the server dies by itself, with its code and its last words', async () => {
    const port = await freePort();
    const { environment } = await opened(scenarioOn(port, { server: mini(port, '--die-after', '1') }));
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo', arguments: { message: 'x' } } };
    await fetch(`http://127.0.0.1:${port}/mcp`, { method: 'POST', body: JSON.stringify(call) }).catch(() => {});
    expect(await environment.serverExited).toMatch(/exited with code 3; its last words: .*out of luck/);
  });

  it('keeps what the server prints, secrets taken out, and never stalls it', async () => {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-log-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const log = join(folder, 'server.log');
    // More than any pipe holds, before it listens.
    const noisy = `for (let i = 0; i < 20000; i++) require('fs').writeSync(1, 'line ' + i + ' s3cret\\n');
      require('http').createServer((q, r) => r.end('ok')).listen(${port}, '127.0.0.1')`;
    const { environment } = await opened(scenarioOn(port, { server: script(noisy) }), {
      serverLog: log,
      redactor: new Redactor(['s3cret']),
    });
    await environment.close();
    const text = readFileSync(log, 'utf8');
    expect(text).toContain('line 19999 ***\n');
    expect(text).not.toContain('s3cret');
  });

  it('tells nothing of a drive before the next turn of the event loop, and everything in order before its end', async () => {
    const port = await freePort();
    const scenario = scenarioOn(port);
    const { environment, engine } = await opened(scenario);
    const codes: string[] = [];
    const drive = environment.drive(scenario, [], (entry) => {
      if (entry.type === 'note') codes.push(entry.code);
    });
    engine.tell({ type: 'note', t: 0, level: 'info', code: 'first', text: 'x' });
    await Promise.resolve();
    engine.tell({ type: 'note', t: 0, level: 'info', code: 'second', text: 'x' });
    expect(codes).toEqual([]);
    engine.end();
    await drive.ended;
    expect(codes).toEqual(['first', 'second']);
  });

  it('samples health, process and machine for as long as a drive lasts, and not a moment longer', async () => {
    const port = await freePort();
    const ready = `http://127.0.0.1:${port}/health`;
    const scenario = scenarioOn(port, { target: { health: { ready, everyMs: 50 } } });
    const { environment, engine } = await opened(scenario);
    const entries: JournalEntry[] = [];
    const drive = environment.drive(scenario, [], (entry) => entries.push(entry as JournalEntry));
    engine.tell({ type: 'note', t: 0, level: 'info', code: 'from-the-engine', text: 'x' });
    await vi.waitFor(
      () => {
        const types = new Set(entries.map(({ type }) => type));
        for (const type of ['health', 'process', 'host', 'note'] as const) expect(types).toContain(type);
      },
      { timeout: 10_000 },
    );
    expect(entries.every((entry) => !('t' in entry) || entry.t >= 0)).toBe(true);
    expect(entries.find(({ type }) => type === 'health')).toMatchObject({ probe: 'ready', ok: true, status: 200 });
    engine.end();
    await drive.ended;
    const told = entries.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(entries).toHaveLength(told);
  });

  it('stops sampling when it is closed in the middle of a drive', async () => {
    const port = await freePort();
    const scenario = scenarioOn(port, { target: { health: { ready: `http://127.0.0.1:${port}/health`, everyMs: 20 } } });
    const { environment } = await opened(scenario);
    const entries: unknown[] = [];
    environment.drive(scenario, [], (entry) => entries.push(entry));
    await vi.waitFor(() => expect(entries.length).toBeGreaterThan(2));
    await environment.close();
    const told = entries.length;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(entries).toHaveLength(told);
  });

  it('warns of a tool that its server marks as destructive', async () => {
    const port = await freePort();
    const engine = new FakeEngine([{ ...echoTool, annotations: { destructiveHint: true } }]);
    const { environment } = await opened(scenarioOn(port), {}, engine);
    expect(environment.notes).toEqual([expect.objectContaining({ level: 'warning', code: 'destructive-tool' })]);
  });
});

describe('an environment that cannot be opened', () => {
  it('finds the port taken by something else: exit 8, named, and nothing is started', async () => {
    const other = createServer((_request, response) => response.end('ok'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const engine = new FakeEngine();
    await expect(opened(scenarioOn(port), {}, engine)).rejects.toMatchObject({
      exitCode: 8,
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
    expect(engine.asked).toEqual([]);
  });

  it('has a command that is not there, or a folder: exit 6', async () => {
    const port = await freePort();
    await expect(opened(scenarioOn(port, { server: { command: ['no-such-command-here'] } }))).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining('ENOENT'),
      details: { hint: expect.stringContaining('no-such-command-here') },
    });
    const cwd = join(tmpdir(), 'plimsoll-no-such-folder');
    await expect(opened(scenarioOn(port, { server: { cwd } }))).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining(`no folder ${cwd}`),
    });
  });

  it('has a server that dies at once: exit 6, with its code and what it printed', async () => {
    const server = script("console.error('no database'); process.exit(9)");
    await expect(opened(scenarioOn(await freePort(), { server }))).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringMatching(/exited with code 9.*before it was ready/),
      details: { hint: expect.stringContaining('no database') },
    });
  });

  it('has a server that is never ready: exit 6, with its last answer; it is stopped', async () => {
    const port = await freePort();
    const code = `require('http').createServer((q, r) => { r.statusCode = 503; r.end('{"checks":{"postgres":false}}'); })
      .listen(${port}, '127.0.0.1', () => console.log('waiting for the database'))`;
    const server = { ...script(code), readyTimeoutMs: 1500 };
    await expect(opened(scenarioOn(port, { server }))).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringMatching(/not ready within 1\.5 s: .*status 503 .*postgres/),
      details: { hint: expect.stringContaining('waiting for the database') },
    });
    expect(await answers(port)).toBe(false);
  });

  it('has a server that listens on the other loopback address alone: it is told where', async () => {
    const port = await freePort();
    const code = `require('http').createServer((q, r) => r.end('ready')).listen(${port}, '::1')`;
    const server = { ...script(code), readyTimeoutMs: 2500 };
    await expect(opened(scenarioOn(port, { server }))).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining(`something listens on [::1]:${port}`),
    });
  });

  it('has a proxy for its ready page: the page is told by its title', async () => {
    const port = await freePort();
    const code = `require('http').createServer((q, r) => { r.statusCode = 502; r.end('<html>\\n<title>502 Bad Gateway</title>\\n</html>'); })
      .listen(${port}, '127.0.0.1')`;
    const server = { ...script(code), readyTimeoutMs: 1500 };
    await expect(opened(scenarioOn(port, { server }))).rejects.toMatchObject({
      message: expect.stringMatching(/status 502 web page "502 Bad Gateway"$/),
    });
  });

  it('has a server that ignores SIGTERM: it is gone all the same', async () => {
    const port = await freePort();
    const code = `process.on('SIGTERM', () => {});
      require('http').createServer((q, r) => r.end('ok')).listen(${port}, '127.0.0.1')`;
    const { environment } = await opened(scenarioOn(port, { server: script(code) }));
    await environment.close();
    expect(await answers(port)).toBe(false);
  }, 30_000);

  it('lacks a tool: exit 6, with the nearest name and the list', async () => {
    const port = await freePort();
    const calls = [{ type: 'call' as const, tool: 'ecko', weight: 1, arguments: {} }];
    await expect(opened(scenarioOn(port, { calls }))).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining('"ecko"'),
      details: { hint: 'did you mean "echo"? it lists: echo' },
    });
    expect(await answers(port)).toBe(false);
  });

  it('sends arguments that the inputSchema rejects: exit 6, before a call is made', async () => {
    const port = await freePort();
    const calls = [{ type: 'call' as const, tool: 'echo', weight: 1, arguments: { mesage: 'x' } }];
    await expect(opened(scenarioOn(port, { calls }))).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringMatching(/arguments of echo .*message/),
    });
  });

  it('is answered with an error at the preflight call: exit 6, with the words of the server and what to change', async () => {
    const port = await freePort();
    const target = { preflight: 'call' as const, headers: { authorization: 'Bearer s3cret' } };
    const opening = opened(scenarioOn(port, { target, server: mini(port, '--tell-token') }), {
      redactor: new Redactor(['s3cret']),
    });
    const error = await opening.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      exitCode: 6,
      message: expect.stringMatching(/preflight call of echo failed: tool-error: not allowed with/),
      details: { hint: expect.stringContaining('calls[].arguments') },
    });
    expect(String(error)).not.toContain('s3cret');
  });

  it('has a server that dies at the preflight call: that is what is said', async () => {
    const port = await freePort();
    const scenario = scenarioOn(port, { target: { preflight: 'call' }, server: mini(port, '--die-after', '1') });
    await expect(opened(scenario)).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringMatching(/exited with code 3.*out of luck.*at the preflight calls, when echo was called/),
    });
  });

  it('is stopped while it waits: exit 130, and the server is gone', async () => {
    const port = await freePort();
    const stop = new AbortController();
    const code = `require('http').createServer((q, r) => { r.statusCode = 503; r.end(); }).listen(${port}, '127.0.0.1')`;
    const opening = opened(scenarioOn(port, { server: script(code) }), { signal: stop.signal });
    opening.catch(() => {});
    await vi.waitFor(async () => expect(await answers(port)).toBe(true), { timeout: 10_000 });
    stop.abort('interrupted');
    await expect(opening).rejects.toMatchObject({ exitCode: 130 });
    expect(await answers(port)).toBe(false);
  });
});
