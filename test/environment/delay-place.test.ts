import { describe, expect, it } from 'vitest';
import { delayPlaceOf, type KnownProcesses } from '../../src/environment/delay-place.js';
import { scenarioOf } from '../load/scenario-of.js';

const none: KnownProcesses = { child: undefined, overStdio: () => [] };
const OWN = new Set(['192.168.1.5', 'fe80::1']);
const placeOf = (
  urls: readonly string[],
  known: KnownProcesses = none,
  more: Partial<ReturnType<typeof scenarioOf>['target']> = {},
) => {
  const { target } = scenarioOf();
  const dependencies = {
    near: { listen: '0.0.0.0:15432', upstream: '127.0.0.1:5432', tools: [] },
    own: { listen: '127.0.0.1:16379', upstream: '192.168.1.5:6379', tools: [] },
    far: { listen: '[::1]:18080', upstream: 'api.example.com:80', tools: [] },
  };
  return delayPlaceOf({ target: { ...target, urls, ...more }, dependencies }, known, OWN);
};

describe('where the delay of a server is looked for', () => {
  it('is at the ports of this machine, by whatever name or address, and at those of its dependencies', () => {
    const place = placeOf([
      'http://localhost:3000/mcp',
      'http://192.168.1.5:3001/mcp',
      'https://[fe80::1]/mcp',
      'http://far:3002/mcp',
    ]);
    expect(place).toMatchObject({ elsewhere: false, trusted: false, ports: [3000, 3001, 443] });
    expect(place.pids()).toEqual([]);
    expect(place.upstreamPorts).toEqual([5432, 6379]);
    expect(place.proxyPorts).toEqual([15_432, 16_379, 18_080]);
  });

  it('is another machine where nothing of the server is known to be here', () => {
    expect(placeOf(['http://server.example.com/mcp'])).toMatchObject({ elsewhere: true, ports: [] });
  });

  it('is a process that the scenario names, or that was started for it, which then has to listen', () => {
    const named = placeOf(['http://server.example.com/mcp'], none, { pid: 7 });
    expect(named).toMatchObject({ elsewhere: false, trusted: true, ports: [] });
    expect(named.pids()).toEqual([7]);
    const started = placeOf(['http://my-name:3000/mcp'], { ...none, child: 8 });
    expect(started).toMatchObject({ elsewhere: false, trusted: false, ports: [3000] });
    expect(started.pids()).toEqual([8]);
  });

  it('is the processes that run now, over stdio', () => {
    let now = [1, 2];
    const place = placeOf([], { child: undefined, overStdio: () => now }, { transport: 'stdio' });
    now = [3];
    expect(place).toMatchObject({ elsewhere: false, trusted: true, ports: [] });
    expect(place.pids()).toEqual([3]);
  });
});
