import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/errors/exit-codes.js';
import { PlimsollError } from '../../src/errors/plimsoll-error.js';
import { kindOf, type NamedToxic, ToxiproxyDriver } from '../../src/faults/toxiproxy-driver.js';
import { echo, type Rig, startRig } from '../toxiproxy/peers.js';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const rigUp = async (): Promise<{ rig: Rig; driver: ToxiproxyDriver }> => {
  const rig = await startRig(echo);
  closers.push(() => rig.close());
  return { rig, driver: new ToxiproxyDriver(rig.api) };
};

/** A server that answers as told; what is told `hang` is never answered. */
const fake = async (
  answer: (line: string) => { status: number; body: string } | 'hang',
): Promise<{ url: string; seen: string[] }> => {
  const seen: string[] = [];
  const server: Server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const line = `${request.method} ${request.url}`;
    seen.push(line);
    const told = answer(line);
    if (told === 'hang') return;
    response.writeHead(told.status, { 'content-type': 'text/plain' }).end(told.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
};

const failureOf = async (work: Promise<unknown>): Promise<PlimsollError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PlimsollError);
  expect((error as PlimsollError).exitCode).toBe(EXIT.faultEngine);
  return error as PlimsollError;
};

const latency: NamedToxic = { name: 'x', type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency: 5 } };
const state = { name: 'db', listen: '127.0.0.1:1', upstream: '127.0.0.1:2', enabled: true };

describe('the Toxiproxy driver', () => {
  it('tells the embedded engine with its version, and does every call', async () => {
    const { rig, driver } = await rigUp();
    expect(await driver.engine()).toEqual({ name: 'embedded', version: '2.12.0', url: rig.api });
    const made = await driver.createProxy({ name: 'db', listen: '127.0.0.1:0', upstream: rig.peer.address });
    expect((await driver.proxies()).map(({ name }) => name).sort()).toEqual(['db', 'p']);
    await driver.addToxic('db', latency);
    await driver.updateToxic('db', latency, { latency: 9 });
    expect(await driver.toxics('db')).toMatchObject([{ name: 'x', attributes: { latency: 9 } }]);
    expect(await driver.removeToxic('db', 'x', { ...made, toxics: [] })).toBe('removed');
    expect(await driver.toxics('db')).toEqual([]);
    expect(await driver.updateProxy('db', { enabled: false })).toMatchObject({ enabled: false });
    expect(await driver.updateProxy('db', { enabled: true, upstream: '127.0.0.1:9' })).toMatchObject({ upstream: '127.0.0.1:9' });
    expect((await driver.counters())?.get('db')).toMatchObject({ connectionsAccepted: 0, bytesDownstream: 0 });
    await driver.deleteProxy('db');
    await driver.deleteProxy('db');
    expect((await driver.proxies()).map(({ name }) => name)).toEqual(['p']);
  });

  it('passes on what the server says, which the client alone throws away', async () => {
    const { rig, driver } = await rigUp();
    const error = await failureOf(driver.createProxy({ name: 'q', listen: `127.0.0.1:${rig.port}`, upstream: 'a:1' }));
    expect(error.message).toMatch(/address already in use \(500\)/);
    expect((await failureOf(driver.addToxic('none', latency))).message).toMatch(/proxy not found/);
  });

  it('refuses names that could never be removed again', async () => {
    const { driver } = await rigUp();
    for (const name of ['a/b', 'a b', 'a?b', '']) {
      await expect(driver.createProxy({ name, listen: '127.0.0.1:0', upstream: 'a:1' })).rejects.toThrow(/cannot be used/);
    }
  });

  it('says that nobody is there, with what to do', async () => {
    const error = await failureOf(new ToxiproxyDriver('http://127.0.0.1:1').engine());
    expect(kindOf(error)).toBe('unreachable');
    expect(error.message).toMatch(/cannot be reached.*ECONNREFUSED|cannot be reached/);
    expect(error.details.hint).toMatch(/--toxiproxy/);
  });

  it('is not fooled by something else on that port', async () => {
    const page = await fake(() => ({ status: 200, body: '<html>' }));
    expect((await failureOf(new ToxiproxyDriver(page.url).engine())).message).toContain('asking its version');
  });

  it('takes a server without counters for a real one', async () => {
    const { url } = await fake((line) =>
      line === 'GET /version' ? { status: 200, body: '{"version": "git"}\n' } : { status: 404, body: '404 page not found' },
    );
    expect(await new ToxiproxyDriver(url).engine()).toEqual({ name: 'toxiproxy', version: 'git', url });
  });

  it('deletes and makes the proxy anew when removing a toxic hangs (W1), with the toxics of others', async () => {
    const { url, seen } = await fake((line) => {
      if (line === 'DELETE /proxies/db/toxics/x') return 'hang';
      if (line === 'DELETE /proxies/db') return { status: 204, body: '' };
      return { status: 200, body: JSON.stringify({ ...state, ...latency }) };
    });
    const driver = new ToxiproxyDriver(url, 150);
    const foreign = { ...latency, name: 'foreign' };
    expect(await driver.removeToxic('db', 'x', { ...state, toxics: [foreign] })).toBe('rebuilt');
    expect(seen).toEqual(['DELETE /proxies/db/toxics/x', 'DELETE /proxies/db', 'POST /proxies', 'POST /proxies/db/toxics']);
  });

  it('takes the 503 by which Toxiproxy gives a call up for a hang', async () => {
    const { url, seen } = await fake((line) =>
      line.includes('toxics')
        ? { status: 503, body: '<html>Service Unavailable</html>' }
        : { status: 200, body: JSON.stringify(state) },
    );
    expect(await new ToxiproxyDriver(url, 500).removeToxic('db', 'x', { ...state, toxics: [] })).toBe('rebuilt');
    expect(seen).toContain('DELETE /proxies/db');
  });

  it('says that the server is wedged when that hangs too (W2), within its limits', async () => {
    const { url } = await fake(() => 'hang');
    const startedMs = performance.now();
    const error = await failureOf(new ToxiproxyDriver(url, 150).removeToxic('db', 'x', { ...state, toxics: [] }));
    expect(kindOf(error)).toBe('wedged');
    expect(error.message).toContain(`the Toxiproxy at ${url} is wedged`);
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });
});
