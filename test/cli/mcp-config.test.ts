import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { initScenario } from '../../src/cli/init/init-scenario.js';
import { initTarget } from '../../src/cli/init/init-target.js';
import { starterScenario } from '../../src/cli/init/starter-scenario.js';
import { loadFromArguments } from '../../src/cli/load-from-arguments.js';
import { configuredServer, withVariables } from '../../src/cli/mcp-config.js';
import { scenarioOf } from '../../src/cli/run/scenario-source.js';
import { Redactor } from '../../src/scenario/file/redactor.js';
import { heardConsole } from './heard-console.js';

const { console } = heardConsole();

const SERVERS = {
  orders: { command: 'node', args: ['server.js', '--port=1'], env: { API_KEY: 'sk-123456789', MODE: '${env:MODE_OF_TEST}' } },
  remote: { type: 'http', url: 'http://127.0.0.1:3001/mcp', headers: { Authorization: 'Bearer secret-token' } },
  old: { type: 'sse', url: 'http://127.0.0.1:3001/sse' },
  odd: { type: 'websocket', url: 'ws://127.0.0.1' },
  empty: {},
  wrong: { command: 'node', args: 'server.js' },
};

function folder(): { readonly config: string; readonly scenario: string } {
  const dir = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const config = join(dir, 'mcp.json');
  writeFileSync(config, JSON.stringify({ mcpServers: SERVERS }));
  const scenario = join(dir, 'any.yaml');
  writeFileSync(
    scenario,
    `plimsoll: 1
name: any
target: { url: http://127.0.0.1:1/mcp, headers: { x-team: a } }
load: { phases: [{ name: steady, rate: 1/s, for: 1s }] }
calls: [{ tool: echo, arguments: {} }]
`,
  );
  return { config, scenario };
}

describe('run --mcp-config without a scenario file', () => {
  const flags = { tool: 'echo', arguments: '{"message":"hi"}', rate: '50/s', for: '10s', slo: ['p95=300ms'] };

  it('calls the tool that the flags name on the server, and hides its secrets', async () => {
    const { config } = folder();
    process.env.MODE_OF_TEST = 'fast';
    onTestFinished(() => void delete process.env.MODE_OF_TEST);
    const loaded = await scenarioOf({ ...flags, 'mcp-config': config, server: 'orders', set: ['sessions.count=3'] }, console);
    expect(loaded.scenario).toMatchObject({
      name: 'echo',
      target: { transport: 'stdio', command: ['node', 'server.js', '--port=1'], env: { API_KEY: 'sk-123456789', MODE: 'fast' } },
      sessions: { count: 3 },
      calls: [{ tool: 'echo', arguments: { message: 'hi' } }],
      slo: { p95Ms: 300 },
    });
    expect(loaded.redactedYaml).not.toContain('sk-123456789');
    const { scenario } = await scenarioOf({ ...flags, 'mcp-config': config, server: 'old' }, console);
    expect(scenario.target).toMatchObject({ transport: 'sse', urls: ['http://127.0.0.1:3001/sse'] });
  });

  it('says what is missing, and what does not go together', async () => {
    const { config, scenario } = folder();
    const server = { 'mcp-config': config, server: 'old' };
    await expect(scenarioOf(server, console)).rejects.toThrow(
      'run --mcp-config without a scenario file also needs --tool and --rate and --for',
    );
    await expect(scenarioOf({}, console)).rejects.toThrow('run needs a scenario file, the URL of a server, or --mcp-config');
    await expect(scenarioOf({ ...flags, ...server, scenario: 'http://127.0.0.1:1/mcp' }, console)).rejects.toThrow(
      'both name the server',
    );
    await expect(scenarioOf({ ...flags, ...server, scenario }, console)).rejects.toThrow(
      '--tool goes with a URL or --mcp-config',
    );
    await expect(scenarioOf({ ...flags, ...server, env: 'ci' }, console)).rejects.toThrow('--env goes with a scenario file');
  });
});

describe('--mcp-config', () => {
  it('puts a stdio server in the place of the target, and hides its secrets', async () => {
    const { config, scenario } = folder();
    process.env.MODE_OF_TEST = 'fast';
    onTestFinished(() => void delete process.env.MODE_OF_TEST);
    const loaded = await loadFromArguments(scenario, { 'mcp-config': config, server: 'orders' }, console);
    expect(loaded.scenario.target).toMatchObject({
      transport: 'stdio',
      urls: [],
      headers: {},
      command: ['node', 'server.js', '--port=1'],
      env: { API_KEY: 'sk-123456789', MODE: 'fast' },
    });
    expect(loaded.redactedYaml).not.toContain('sk-123456789');
    expect(loaded.redactor.redact('key sk-123456789')).not.toContain('sk-123456789');
  });

  it('takes servers by URL, and lets --set have the last word', async () => {
    const { config, scenario } = folder();
    const remote = await loadFromArguments(scenario, { 'mcp-config': config, server: 'remote' }, console);
    expect(remote.scenario.target).toMatchObject({
      transport: 'streamable-http',
      urls: ['http://127.0.0.1:3001/mcp'],
      headers: { Authorization: 'Bearer secret-token' },
    });
    expect(remote.redactedYaml).not.toContain('secret-token');
    const set = ['target.url=http://127.0.0.1:9/sse'];
    const old = await loadFromArguments(scenario, { 'mcp-config': config, server: 'old', set }, console);
    expect(old.scenario.target).toMatchObject({ transport: 'sse', urls: ['http://127.0.0.1:9/sse'], headers: {} });
  });

  it.each([
    ['order', /found no server "order"/, /did you mean "orders"/],
    [undefined, /also needs --server/, /it has: orders, remote/],
    ['odd', /mcpServers.odd.type: found "websocket"/, undefined],
    ['empty', /mcpServers.empty.command: found nothing, accepted: a program, or a url instead/, undefined],
    ['wrong', /mcpServers.wrong.args: found "server.js", accepted: a list of texts/, undefined],
  ])('refuses the server %s with the sentence that helps', (server, message, hint) => {
    const { config } = folder();
    expect(() => configuredServer({ 'mcp-config': config, server }, console)).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: expect.stringMatching(message),
        ...(hint === undefined ? {} : { details: expect.objectContaining({ hint: expect.stringMatching(hint) }) }),
      }),
    );
  });

  it('says what is wrong with the file, and with --server alone', () => {
    expect(() => configuredServer({ 'mcp-config': '/nowhere.json' }, console)).toThrow(/no such file/);
    expect(() => configuredServer({ server: 'orders' }, console)).toThrow(/goes with --mcp-config/);
    expect(configuredServer({}, console)).toBeUndefined();
    expect(withVariables('a ${B:-c} ${D} $${E}', { D: 'd' })).toBe('a c d ${E}');
    expect(() => withVariables('${NOT_SET}', {})).toThrow(/no NOT_SET/);
  });
});

describe('init', () => {
  it('refuses a header that no request can carry, without showing it', async () => {
    const header = (value: string) =>
      ({ transport: 'streamable-http', url: 'http://127.0.0.1:1/mcp', headers: { 'x-key': value } }) as const;
    const said = async (value: string): Promise<string> =>
      String(
        await initScenario({
          target: header(value),
          out: undefined,
          force: false,
          tryTools: false,
          redactor: new Redactor(),
        }).catch((error: unknown) => error),
      );
    expect(await said('sec\nret')).toBe(
      'PlimsollError: the header "x-key" of the server: found a line break at character 4 of the value, accepted: a text of one line, of characters up to U+00FF',
    );
    // Blanks at its ends are none of it: the request goes out, to where nobody is.
    expect(await said('secret\n')).toContain('refuses connections');
  });

  it('hides what the settings of a client hold that is secret by its place', async () => {
    const redactor = new Redactor();
    const command = [process.execPath, '-e', 'process.exit(1)', '--token', 'option-secret-1'];
    const env = { API_KEY: '${KEY_OF_TEST:-key-of-the-environment}', MODE: 'production' };
    const ask = (target: Parameters<typeof initScenario>[0]['target']) =>
      initScenario({ target, out: undefined, force: false, tryTools: false, redactor });
    await expect(ask({ transport: 'stdio', command, env })).rejects.toThrow();
    const headers = { Authorization: 'Bearer token-of-a-header' };
    const url = 'http://ada:word-of-ada@127.0.0.1:1/mcp?api_key=key-of-the-url';
    await expect(ask({ transport: 'streamable-http', url, headers })).rejects.toThrow();
    const secrets = ['key-of-the-environment', 'option-secret-1', 'token-of-a-header', 'word-of-ada', 'key-of-the-url'];
    for (const secret of secrets) expect(redactor.redact(`the server says ${secret}!`)).toBe('the server says ***!');
    expect(redactor.redact('production')).toBe('production');
  });

  it('takes one server, given in one of three ways', () => {
    expect(initTarget({ '--': ['node', 'server.js'] }, console)).toEqual({
      transport: 'stdio',
      command: ['node', 'server.js'],
      env: {},
    });
    expect(initTarget({ url: 'http://127.0.0.1/mcp' }, console)).toEqual({
      transport: 'streamable-http',
      url: 'http://127.0.0.1/mcp',
    });
    expect(() => initTarget({}, console)).toThrow(/needs the URL of a server/);
    expect(() => initTarget({ url: 'http://127.0.0.1/mcp', '--': ['node'] }, console)).toThrow(/takes one server/);
  });

  it('writes a stdio target without the values of its environment', () => {
    const { config } = folder();
    const target = initTarget({ 'mcp-config': config, server: 'orders' }, console);
    const endpoint = { endpoint: 'stdio:node', era: 'legacy', protocolVersion: '2025-11-25', stateful: true, tools: [] } as const;
    const { text } = starterScenario(endpoint, { target });
    expect(text).toContain('  transport: stdio\n  command: ["node", "server.js", "--port=1"]\n');
    expect(text).toContain('"${secret:API_KEY}"');
    expect(text).not.toContain('sk-123456789');
  });
});
