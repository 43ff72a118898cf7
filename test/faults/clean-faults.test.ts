import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cleanFaults } from '../../src/faults/clean-faults.js';
import { readIntent, writeIntent } from '../../src/faults/intent-file.js';
import { serveToxiproxy } from '../../src/toxiproxy/serve-toxiproxy.js';
import { freePort } from '../fixtures/ports.js';
import { callJson } from '../toxiproxy/api-client.js';
import { temporaryFolder } from './proxied-peer.js';

describe('cleanFaults', () => {
  it('takes back what is ours, and nothing else', async () => {
    const server = await serveToxiproxy({ host: '127.0.0.1', port: 0 });
    onTestFinished(() => server.close());
    const [made, adopted] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
    const call = (method: string, path: string, body?: object) => callJson(server.url, method, path, body);
    await call('POST', '/proxies', { name: 'made', listen: made, upstream: '127.0.0.1:9' });
    await call('POST', '/proxies', { name: 'theirs', listen: adopted, upstream: '127.0.0.1:9' });
    await call('POST', '/proxies/theirs/toxics', { name: 'their-toxic', type: 'noop' });
    const before = await callJson<{ theirs: unknown }>(server.url, 'GET', '/proxies');
    await call('POST', '/proxies/theirs/toxics', { name: 'plimsoll-r-0-timeout', type: 'timeout' });
    await call('PATCH', '/proxies/theirs', { enabled: false, upstream: '127.0.0.1:8' });
    const file = join(temporaryFolder(), 'faults.json');
    const proxy = { dependency: 'd', upstream: '127.0.0.1:9', enabled: true };
    writeIntent(file, {
      schema: 'plimsoll.faults/1',
      runId: 'r',
      engine: { name: 'toxiproxy', version: '2.12.0', url: server.url },
      clean: false,
      proxies: [
        { ...proxy, name: 'made', listen: made, made: true, toxics: ['plimsoll-r-0-latency'] },
        { ...proxy, name: 'theirs', listen: adopted, made: false, toxics: ['plimsoll-r-0-timeout', 'plimsoll-r-0-never-added'] },
        { ...proxy, name: 'gone', listen: '127.0.0.1:7', made: true, toxics: [] },
      ],
    });
    expect(await cleanFaults(file)).toHaveLength(3);
    expect(await call('GET', '/proxies')).toEqual({ theirs: before.theirs });
    expect(readIntent(file).clean).toBe(true);
    expect(await cleanFaults(file)).toEqual([]);
  });

  it('knows that an embedded engine that is gone holds nothing, and that a real one may', async () => {
    const file = join(temporaryFolder(), 'faults.json');
    const intent = (name: 'embedded' | 'toxiproxy') => ({
      schema: 'plimsoll.faults/1' as const,
      runId: 'r',
      engine: { name, version: '2.12.0', url: 'http://127.0.0.1:1' },
      clean: false,
      proxies: [],
    });
    writeIntent(file, intent('toxiproxy'));
    await expect(cleanFaults(file)).rejects.toThrow(/cannot be reached/);
    writeIntent(file, intent('embedded'));
    expect(await cleanFaults(file)).toEqual([expect.stringContaining('is gone')]);
  });
});
