import { describe, expect, it } from 'vitest';
import { freePorts } from '../../src/scenario/reading/free-ports.js';
import { parseScenario } from '../../src/scenario/reading/parse-scenario.js';

const TEXT = `
plimsoll: 1
name: ported
target:
  url: "http://127.0.0.1:{{ port }}/mcp"
  server:
    command: [node, server.js, --port, "{{port}}", --admin, "{{ port.admin }}"]
    env: { ADMIN: "{{ port.admin }}" }
    ready: "http://127.0.0.1:{{ port.admin }}/ready"
dependencies: { db: { listen: "127.0.0.1:{{ port.db }}", upstream: 127.0.0.1:5432 } }
load: { phases: [{ name: steady, rate: 1/s, for: 1s }] }
calls: [{ tool: echo, arguments: { text: "{{ seq }}" } }]
`;
const parse = (ports: Parameters<typeof parseScenario>[1]['ports'], text = TEXT) =>
  parseScenario(text, {
    fileName: 'ported.yaml',
    folder: '/',
    env: {},
    files: { read: () => '', exists: () => true },
    ...(ports === undefined ? {} : { ports }),
  });

describe('ports of a scenario', () => {
  it('are the same wherever one name stands, and stay text', () => {
    const { scenario, written } = parse((name) => (name === undefined ? 20001 : name === 'admin' ? 20002 : 20003));
    expect(scenario.target.urls).toEqual(['http://127.0.0.1:20001/mcp']);
    expect(scenario.target.server).toMatchObject({
      command: ['node', 'server.js', '--port', '20001', '--admin', '20002'],
      env: { ADMIN: '20002' },
      ready: 'http://127.0.0.1:20002/ready',
    });
    expect(scenario.dependencies.db?.listen).toBe('127.0.0.1:20003');
    // As it was written, for a further build with ports of its own.
    expect(JSON.stringify(written)).toContain('{{ port.admin }}');
  });

  it('leave the arguments of calls alone', () => {
    const { scenario } = parse(() => 20001, TEXT.replace('{{ seq }}', 'a {{ seq }} b'));
    expect(scenario.calls).toMatchObject([{ arguments: { text: 'a {{ seq }} b' } }]);
  });
});

describe('freePorts', () => {
  it('draws one port a name, all different, below those that clients get', () => {
    const portOf = freePorts();
    const names = [undefined, 'a', 'b', 'c'];
    const drawn = names.map(portOf);
    expect(names.map(portOf)).toEqual(drawn);
    expect(new Set(drawn).size).toBe(names.length);
    for (const port of drawn) expect(port >= 10_000 && port < 30_000).toBe(true);
  });
});
