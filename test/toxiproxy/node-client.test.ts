import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type Rig, startRig } from './peers.js';

/** As it behaves: its own declarations demand fields that are optional and miss some types. */
interface ClientToxic {
  readonly name: string;
  readonly type: string;
  readonly stream: string;
  readonly toxicity: number;
  readonly attributes: Readonly<Record<string, number>>;
  update(body: object): Promise<ClientToxic>;
  remove(): Promise<void>;
}

interface ClientProxy {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  update(body: object): Promise<ClientProxy>;
  addToxic(body: object): Promise<ClientToxic>;
  getToxic(name: string): Promise<ClientToxic>;
  remove(): Promise<void>;
}

interface Client {
  createProxy(body: object): Promise<ClientProxy>;
  populate(body: readonly object[]): Promise<Readonly<Record<string, ClientProxy>>>;
  get(name: string): Promise<ClientProxy>;
  getAll(): Promise<Readonly<Record<string, ClientProxy>>>;
  getVersion(): Promise<string>;
  reset(): Promise<void>;
}

const { Toxiproxy } = createRequire(import.meta.url)('toxiproxy-node-client') as { Toxiproxy: new (url: string) => Client };

let rig: Rig;
let client: Client;

beforeAll(async () => {
  rig = await startRig();
  client = new Toxiproxy(rig.api);
});

afterAll(() => rig.close());

describe('toxiproxy-node-client 4.1.0', () => {
  it('reads the version', async () => {
    expect(JSON.parse(await client.getVersion())).toEqual({ version: '2.12.0' });
  });

  it('creates, gets, lists, updates, populates and removes proxies', async () => {
    const { address: upstream } = rig.peer;
    const made = await client.createProxy({ name: 'made', listen: '127.0.0.1:0', upstream });
    expect(made).toMatchObject({ name: 'made', upstream, enabled: true });
    expect((await client.get('made')).listen).toBe(made.listen);
    expect(Object.keys(await client.getAll())).toEqual(['made', 'p']);
    const off = await made.update({ enabled: false, listen: made.listen, upstream });
    expect(off.enabled).toBe(false);
    await client.reset();
    expect((await client.get('made')).enabled).toBe(true);
    const populated = await client.populate([
      { name: 'made', listen: made.listen, upstream },
      { name: 'more', listen: '127.0.0.1:0', upstream },
    ]);
    expect(Object.keys(populated)).toEqual(['made', 'more']);
    await populated.more?.remove();
    await made.remove();
    await expect(client.get('made')).rejects.toThrow('404');
  });

  it.each([
    ['latency', { latency: 20, jitter: 5 }, { latency: 30 }],
    ['bandwidth', { rate: 100 }, { rate: 200 }],
    ['slow_close', { delay: 10 }, { delay: 20 }],
    ['timeout', { timeout: 100 }, { timeout: 200 }],
    ['reset_peer', { timeout: 100 }, { timeout: 200 }],
    ['slicer', { average_size: 10, size_variation: 5, delay: 100 }, { average_size: 20 }],
    ['limit_data', { bytes: 100 }, { bytes: 200 }],
    ['noop', {}, {}],
  ])('adds, gets, updates and removes a %s toxic', async (type, attributes, change) => {
    const proxy = await client.get('p');
    for (const stream of ['upstream', 'downstream']) {
      const toxic = await proxy.addToxic({ name: `my-${type}`, type, stream, toxicity: 0.5, attributes });
      expect(toxic).toMatchObject({ name: `my-${type}`, type, stream, toxicity: 0.5, attributes });
      expect((await proxy.getToxic(`my-${type}`)).attributes).toEqual(attributes);
      const changed = await toxic.update({ toxicity: 1, attributes: change });
      expect(changed).toMatchObject({ toxicity: 1, attributes: { ...attributes, ...change } });
      await changed.remove();
      await expect(proxy.getToxic(`my-${type}`)).rejects.toThrow('404');
    }
  });

  it('slows a connection that stood, and frees it again', async () => {
    const socket = await rig.open();
    await ask(socket, 'warm');
    const toxic = await (await client.get('p')).addToxic({
      type: 'latency',
      name: 'slow',
      stream: 'downstream',
      toxicity: 1,
      attributes: { latency: 120, jitter: 0 },
    });
    const startMs = performance.now();
    await ask(socket, 'slow');
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(120);
    await toxic.remove();
    const free: number[] = [];
    for (let i = 0; i < 5; i++) {
      const fromMs = performance.now();
      await ask(socket, 'free');
      free.push(performance.now() - fromMs);
    }
    expect(Math.min(...free)).toBeLessThan(110);
  });

  it('throws where the server refuses', async () => {
    const proxy = await client.get('p');
    await expect(
      proxy.addToxic({ type: 'slicer', name: 's', stream: 'downstream', toxicity: 1, attributes: {} }),
    ).rejects.toThrow('400');
  });
});
