import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { call, callJson } from './api-client.js';
import { ask, echo, endingOf, type Peer, startPeer } from './peers.js';

const root = join(import.meta.dirname, '../..');
const entry = join(root, 'dist/toxiproxy/main.js');
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-toxiproxy-'));

let peer: Peer;
const children: ChildProcess[] = [];

beforeAll(async () => {
  // Does nothing when dist/ is fresh.
  expect(spawnSync(process.execPath, [join(root, 'scripts/build.js')], { cwd: root }).status).toBe(0);
  peer = await startPeer(echo);
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

afterAll(() => {
  peer.close();
  rmSync(folder, { recursive: true, force: true });
});

const launch = async (...args: string[]): Promise<{ child: ChildProcess; url: string; seed: number }> => {
  const child = spawn(process.execPath, [entry, '--port', '0', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')) as [string];
  return { child, ...(JSON.parse(line) as { url: string; seed: number }) };
};

const fail = (...args: string[]): { status: number | null; stderr: string } => {
  const { status, stderr } = spawnSync(process.execPath, [entry, '--port', '0', ...args], { encoding: 'utf8', timeout: 10_000 });
  return { status, stderr };
};

const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('the proxy as a process of its own', () => {
  it('says where it is, starts the proxies of its config, and ends on SIGTERM', async () => {
    const config = file('good.json', JSON.stringify([{ name: 'db', listen: '127.0.0.1:0', upstream: peer.address }]));
    const { child, url, seed } = await launch('--config', config, '--seed', '42');
    expect(seed).toBe(42);
    const { db } = await callJson<{ db: { listen: string } }>(url, 'GET', '/proxies');
    const socket = connect(Number(db.listen.split(':')[1]), '127.0.0.1');
    expect(await ask(socket, 'through')).toBe('through');
    expect(await callJson(url, 'GET', '/plimsoll/counters')).toMatchObject({ engine: 'plimsoll', seed: 42 });
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([143, null]);
  });

  it('that loses its lease drops all faults at once, forwards for the grace time, and ends', async () => {
    const { child, url } = await launch('--lease', '--grace', '1500');
    const { listen } = await callJson<{ listen: string }>(url, 'POST', '/proxies', {
      name: 'p',
      listen: '127.0.0.1:0',
      upstream: peer.address,
    });
    await callJson(url, 'POST', '/proxies/p/toxics', { type: 'bandwidth', attributes: { rate: 0 } });
    const socket = connect(Number(listen.split(':')[1]), '127.0.0.1');
    const answer = ask(socket, 'stuck');
    while (
      (await callJson<{ proxies: { p: { bytes: { downstream: { received: number } } } } }>(url, 'GET', '/plimsoll/counters'))
        .proxies.p.bytes.downstream.received < 5
    );
    const ending = endingOf(socket);
    const lostMs = performance.now();
    child.stdin?.destroy();
    expect(await answer).toBe('stuck');
    expect(performance.now() - lostMs).toBeLessThan(1000);
    expect(await callJson(url, 'GET', '/proxies/p/toxics')).toEqual([]);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(performance.now() - lostMs).toBeGreaterThanOrEqual(1490);
    expect(await ending).toBe('end');
  });

  it('does not mind a Ctrl-C on the terminal while it is leased', async () => {
    const { child, url } = await launch('--lease');
    child.kill('SIGINT');
    expect((await call(url, 'GET', '/version')).status).toBe(200);
    const other = await launch();
    other.child.kill('SIGINT');
    expect(await once(other.child, 'exit')).toEqual([130, null]);
  });

  it('refuses a config that makes no sense, naming the file and what is wrong', () => {
    const broken = file('broken.json', '[\n  {"name": "a",,');
    expect(fail('--config', broken)).toMatchObject({ status: 2, stderr: expect.stringContaining(`${broken}:2:16: no JSON`) });
    const half = file('half.json', '[{"name": "a", "upstream": "127.0.0.1:1"}, {"name": "b"}]');
    expect(fail('--config', half)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('missing required field: upstream at proxy 2'),
    });
    expect(fail('--config', join(folder, 'none.json'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('none.json'),
    });
  });

  it('refuses options that make no sense', () => {
    expect(fail('--port', '70000')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--port: expected a whole number from 0 to 65535'),
    });
    expect(fail('--seed', '-1')).toMatchObject({ status: 2 });
    expect(fail('--sead', '1')).toMatchObject({ status: 2, stderr: expect.stringContaining("'--sead'") });
  });

  it('says that its port, or one of the config, is taken (exit 8)', () => {
    const port = peer.address.split(':')[1] as string;
    expect(fail('--port', port)).toMatchObject({ status: 8, stderr: expect.stringContaining(`127.0.0.1:${port}`) });
    const taken = file('taken.json', JSON.stringify([{ name: 'a', listen: peer.address, upstream: peer.address }]));
    expect(fail('--config', taken)).toMatchObject({ status: 8, stderr: expect.stringContaining('address already in use') });
  });
});
