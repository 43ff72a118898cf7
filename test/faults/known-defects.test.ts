import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { EXIT } from '../../src/errors/exit-codes.js';
import { type DriveReport, startFaultAgent } from '../../src/faults/fault-agent.js';
import { readIntent } from '../../src/faults/intent-file.js';
import { kindOf, type NamedToxic, ToxiproxyDriver } from '../../src/faults/toxiproxy-driver.js';
import { freePort } from '../fixtures/ports.js';
import { lacking } from '../requirement.js';
import { callJson } from '../toxiproxy/api-client.js';
import { build, echoServer, planned, roundTrip, temporaryFolder } from './proxied-peer.js';
import { startRealToxiproxy } from './real-toxiproxy.js';
import { swallowingUpstream } from './swallowing-upstream.js';

beforeAll(build);

const LIMIT_MS = 1000;

const realOne = async () => {
  const real = await startRealToxiproxy();
  onTestFinished(() => real.stop());
  return { ...real, driver: new ToxiproxyDriver(real.url, LIMIT_MS) };
};

/** Sends without end to whoever connects, as far as it is read. @returns host:port */
async function flood(): Promise<string> {
  const block = Buffer.alloc(65_536);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    const more = (): void => {
      while (socket.write(block));
      socket.once('drain', more);
    };
    more();
    onTestFinished(() => void socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A client that has stopped reading, with everything between it and the flood full. */
async function stuckClient(port: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined).pause();
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  await new Promise((resolve) => setTimeout(resolve, 700));
}

const toxic = (name: string, type: NamedToxic['type'], attributes: NamedToxic['attributes']): NamedToxic => ({
  name,
  type,
  stream: 'downstream',
  toxicity: 1,
  attributes,
});

describe.skipIf(lacking('toxiproxy'))('a real Toxiproxy that wedges', () => {
  it('on the removal of latency while a client does not read: the driver deletes the proxy, makes it anew, and all answers again', async () => {
    const { driver, url } = await realOne();
    const port = await freePort();
    const proxy = { name: 'db', listen: `127.0.0.1:${port}`, upstream: await flood(), enabled: true };
    await driver.createProxy(proxy);
    const theirs = toxic('theirs', 'limit_data', { bytes: 1e12 });
    await driver.addToxic('db', theirs);
    await driver.addToxic('db', toxic('ours', 'latency', { latency: 100, jitter: 0 }));
    await stuckClient(port);
    const startedMs = performance.now();
    // The defect, by a call without our fallback: it hangs, and now the whole list of proxies does.
    await expect(
      fetch(`${url}/proxies/db/toxics/ours`, { method: 'DELETE', signal: AbortSignal.timeout(500) }),
    ).rejects.toThrow();
    expect(kindOf(await driver.proxies().catch((error: unknown) => error))).toBe('wedged');
    expect(await driver.removeToxic('db', 'ours', { ...proxy, toxics: [theirs] })).toBe('rebuilt');
    expect(performance.now() - startedMs).toBeLessThan(5000);
    expect(await driver.proxies()).toEqual([proxy]);
    expect(await driver.toxics('db')).toEqual([theirs]);
    const socket = connect({ port, host: '127.0.0.1' });
    onTestFinished(() => void socket.destroy());
    await once(socket, 'data');
  });

  it('in the middle of a run: the fault is taken off all the same within 5 s, and the report says what that took', async () => {
    const { url } = await realOne();
    const [port, upstream] = [await freePort(), await flood()];
    const listen = `127.0.0.1:${port}`;
    const agent = await startFaultAgent({
      runId: 'w1',
      engine: url,
      seed: 1,
      intentFile: join(temporaryFolder(), 'faults.json'),
      proxies: [{ dependency: 'dep', listen, upstream }],
    });
    onTestFinished(async () => void (await agent.close()));
    const reports: DriveReport[] = [];
    agent.schedule(Date.now(), [planned('very-slow', { forMs: 1500 })], (report) => reports.push(report));
    await vi.waitFor(() => expect(reports.some((r) => r.report === 'fault' && r.what === 'on')).toBe(true), 5000);
    await stuckClient(port);
    const off = () => reports.find((report) => report.report === 'fault' && report.what !== 'on');
    await vi.waitFor(() => expect(off()).toBeDefined(), { timeout: 8000, interval: 20 });
    expect(off()).toMatchObject({
      what: 'off',
      text: expect.stringMatching(/hung in Toxiproxy: the proxy was deleted and made anew/),
    });
    const on = reports.find((report) => report.report === 'fault' && report.what === 'on');
    expect((off()?.atMs ?? 0) - (on?.atMs ?? 0)).toBeLessThan(1500 + 5000);
    expect(await callJson(url, 'GET', '/proxies')).toMatchObject({ 'plimsoll-w1-dep': { listen, toxics: [], enabled: true } });
    expect(await agent.close()).toEqual([]);
    expect(await callJson(url, 'GET', '/proxies')).toEqual({});
  });

  it('on an upstream that swallows connects: no call hangs, and what stayed is told with the words that help', async () => {
    const { url } = await realOne();
    const [port, upstream] = [await freePort(), await swallowingUpstream()];
    const intentFile = join(temporaryFolder(), 'faults.json');
    const proxies = [{ dependency: 'dep', listen: `127.0.0.1:${port}`, upstream: upstream.address }];
    const agent = await startFaultAgent({ runId: 'w2', engine: url, seed: 1, intentFile, proxies });
    onTestFinished(async () => void (await agent.close()));
    expect(await roundTrip(port)).toBeTypeOf('number');
    await upstream.swallow();
    expect(await roundTrip(port, 300)).toBe('hung');
    const reports: DriveReport[] = [];
    const startedMs = performance.now();
    agent.schedule(Date.now(), [planned('refused', { forMs: 500 })], (report) => reports.push(report));
    const failed = () => reports.find((report) => report.report === 'fault' && report.what === 'failed');
    await vi.waitFor(() => expect(failed(), JSON.stringify(reports)).toBeDefined(), { timeout: 15_000, interval: 20 });
    expect(failed()).toMatchObject({ text: expect.stringContaining(`the Toxiproxy at ${url} is wedged`) });
    const left = (await agent.close()).join('; ');
    expect(left).toMatch(/proxy plimsoll-w2-dep/);
    expect(left).toMatch(/is wedged/);
    expect(performance.now() - startedMs).toBeLessThan(30_000);
    // Not clean, so that `plimsoll faults clean` has something to go by once that Toxiproxy was restarted.
    expect(readIntent(intentFile)).toMatchObject({ clean: false, proxies: [{ name: 'plimsoll-w2-dep', made: true }] });
  }, 45_000);
});

describe.skipIf(lacking('toxiproxy'))('values that kill a real Toxiproxy', () => {
  it.each([
    ['a slicer without a size', toxic('x', 'slicer', {}), 'average_size'],
    [
      'a slicer whose variation is not below its size',
      toxic('x', 'slicer', { average_size: 50, size_variation: 500 }),
      'size_variation',
    ],
    ['a negative rate', toxic('x', 'bandwidth', { rate: -1 }), 'rate'],
  ])('%s: the driver refuses it and the server lives; sent past the driver, it dies', async (_, deadly, field) => {
    const { driver, url, child } = await realOne();
    const [port, upstream] = [await freePort(), await echoServer()];
    await driver.createProxy({ name: 'db', listen: `127.0.0.1:${port}`, upstream });
    await expect(driver.addToxic('db', deadly)).rejects.toMatchObject({
      exitCode: EXIT.usage,
      message: expect.stringContaining(`attributes.${field}`),
    });
    const harmless = toxic('y', deadly.type, deadly.type === 'slicer' ? { average_size: 50, size_variation: 5 } : { rate: 1000 });
    await driver.addToxic('db', harmless);
    await expect(driver.updateToxic('db', harmless, { average_size: 0, size_variation: 50, rate: -1 })).rejects.toMatchObject({
      exitCode: EXIT.usage,
    });
    expect(await roundTrip(port)).toBeTypeOf('number');
    await driver.deleteProxy('db');

    await driver.createProxy({ name: 'db', listen: `127.0.0.1:${port}`, upstream });
    await callJson(url, 'POST', '/proxies/db/toxics', deadly);
    const socket = connect({ port, host: '127.0.0.1' });
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined).write(Buffer.alloc(5000));
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.exitCode ?? child.signalCode).not.toBe(0);
    expect(kindOf(await driver.proxies().catch((error: unknown) => error))).toBe('unreachable');
  });
});
