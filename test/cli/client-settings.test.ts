import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadFromArguments } from '../../src/cli/load-from-arguments.js';
import { type ConfiguredServer, configuredServer } from '../../src/cli/mcp-config.js';
import { heardConsole } from './heard-console.js';

const { console } = heardConsole();

const folder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
};

const write = (content: string | Buffer, name = 'mcp.json', dir = folder()): string => {
  const file = join(dir, name);
  writeFileSync(file, content);
  return file;
};

interface Read {
  readonly server: ConfiguredServer | undefined;
  readonly told: readonly string[];
}

const read = (content: string | Buffer, server?: string): Read => {
  const told: string[] = [];
  return {
    server: configuredServer({ 'mcp-config': write(content), server }, { err: (lines) => void told.push(...[lines].flat()) }),
    told,
  };
};
const entry = (value: unknown): string => JSON.stringify({ mcpServers: { x: value } });
const refusal = (content: string | Buffer, server?: string): string => {
  try {
    read(content, server);
  } catch (error) {
    const { message, exitCode, details } = error as Error & { exitCode: number; details: { hint?: string } };
    expect(exitCode).toBe(2);
    return `${message.replace(/^.*mcp\.json/, 'mcp.json')} | ${details.hint ?? ''}`;
  }
  return '';
};

describe('a settings file', () => {
  const text = `{
  // what a person notes
  "servers": {
    /* one
       server */
    "orders": { "type": "http", "url": "http://127.0.0.1:1/mcp", /* 1 */ },
  },
}`;
  const orders = { transport: 'streamable-http', url: 'http://127.0.0.1:1/mcp', headers: {} };

  it.each<[string, string | Buffer]>([
    ['with comments and trailing commas', text],
    ['with a byte order mark', `\uFEFF${text}`],
    ['in UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['with carriage returns', text.replaceAll('\n', '\r\n')],
    ['of a context server', text.replace('"servers"', '"context_servers"')],
    ['within the settings of VS Code', `{ "editor.tabSize": 2, "mcp": ${text} }`],
  ])('is read %s', (_, content) => {
    expect(read(content)).toEqual({ server: orders, told: [] });
  });

  it('may have several lists, but no name twice', () => {
    const two = '{ "mcpServers": { "a": { "command": "a" } },\n "servers": { "b": { "command": "b" } } }';
    expect(read(two, 'b').server).toMatchObject({ command: ['b'] });
    expect(refusal(two.replace('"b": ', '"a": '))).toBe(
      'mcp.json:2:15: found the server "a" a second time | first as mcpServers.a',
    );
    expect(refusal('{ "servers": { "a": {}, "a": {} } }')).toContain('mcp.json:1:25: found the server "a" a second time');
  });

  it.each([
    ['{ "mcpServers": {\n  "a": { "command" "b" } } }', 'mcp.json:2:20: found no : after a key'],
    ['{ "mcpServers": {', 'mcp.json:1:18: found no } at the end of a map'],
    ['{ mcpServers: {} }', 'mcp.json:1:3: found a word that is not a value'],
    ['', 'mcp.json:1:1: found no value where one has to be'],
    ['{ "mcpServers": {} } x', 'mcp.json:1:22: found a word that is not a value'],
    ['[]', 'mcp.json: found neither mcpServers nor servers nor context_servers'],
    ['{ "mcpServers": [] }', 'mcp.json: found neither mcpServers nor servers nor context_servers'],
  ])('is refused with the place of what is wrong: %s', (content, sentence) => {
    expect(refusal(content)).toContain(`${sentence} | accepted: `);
  });
});

describe('a server of it', () => {
  it.each([
    [{ type: 'SSE', url: 'http://h/x' }, 'sse'],
    [{ transport: 'sse', url: 'http://h/x' }, 'sse'],
    [{ transport: 'Streamable-HTTP', url: 'http://h/sse' }, 'streamable-http'],
    [{ type: 'streamable_http', url: 'http://h/x' }, 'streamable-http'],
    [{ type: 'streamableHttp', transport: 'http', url: 'http://h/x' }, 'streamable-http'],
    [{ url: 'http://h/x' }, 'streamable-http'],
    [{ url: 'http://h/sse' }, 'sse'],
    [{ httpUrl: 'http://h/sse' }, 'streamable-http'],
    [{ serverUrl: 'https://h/sse?key=1' }, 'sse'],
    [{ serverUrl: 'https://h/mcp' }, 'streamable-http'],
    [{ url: '${SERVER}', type: 'http' }, 'streamable-http'],
  ] as const)('%j is reached over %s', (value, transport) => {
    const url = Object.entries(value).find(([key]) => /url$/i.test(key))?.[1];
    expect(read(entry(value))).toEqual({ server: { transport, url, headers: {} }, told: [] });
  });

  it('says which keys are for the client alone', () => {
    const value = { command: 'a', disabled: false, autoApprove: ['x'], timeout: 60 };
    expect(read(entry(value))).toEqual({
      server: { transport: 'stdio', command: ['a'], env: {} },
      told: [
        expect.stringMatching(/mcpServers\.x: not used here, they are for the client alone: disabled, autoApprove, timeout$/),
      ],
    });
  });

  it('takes its environment from envFile and env, and knows the folder that is open', async () => {
    const dir = folder();
    mkdirSync(join(dir, '.vscode'));
    write('# keys\nexport A="one two"\nB=${literal}\nC=file\n', '.env', dir);
    const file = write(
      entry({
        command: '${workspaceFolder}/server',
        args: ['${userHome}', '${env:PATH}'],
        envFile: '${workspaceFolder}/.env',
        env: { C: 'own', PORT: 3000 },
        cwd: '${workspaceFolder}',
      }),
      '.vscode/mcp.json',
      dir,
    );
    const server = configuredServer({ 'mcp-config': file }, console);
    expect(server).toEqual({
      transport: 'stdio',
      command: [`${dir}/server`, homedir(), '${PATH}'],
      env: { A: 'one two', B: '$${literal}', C: 'own', PORT: '3000' },
      cwd: dir,
    });
    const scenario = write(
      'plimsoll: 1\nname: any\ntarget: { url: http://127.0.0.1:1/mcp }\nload: { phases: [{ name: a, rate: 1/s, for: 1s }] }\ncalls: [{ tool: echo, arguments: {} }]\n',
      'any.yaml',
      dir,
    );
    expect((await loadFromArguments(scenario, { 'mcp-config': file }, console)).scenario.target.env).toMatchObject({
      B: '${literal}',
      PORT: '3000',
    });
  });

  it('may nest its command, as Zed did', () => {
    const value = { source: 'custom', command: { path: 'a', args: ['b'], env: { C: 'd' } } };
    expect(read(entry(value)).server).toEqual({ transport: 'stdio', command: ['a', 'b'], env: { C: 'd' } });
  });

  it.each([
    [{ type: 'websocket', url: 'http://h' }, 'type: found "websocket", accepted: http (Streamable HTTP) or sse'],
    [{ type: 'http', transport: 'sse', url: 'http://h' }, 'transport: found "sse", accepted'],
    [{ type: 'http', command: 'a' }, 'type: found "http", accepted: stdio, as command is given'],
    [{ type: 'sse', httpUrl: 'http://h' }, 'type: found "sse", accepted: http'],
    [{ type: 'stdio', url: 'http://h' }, 'type: found "stdio", accepted'],
    [{ transport: {}, url: 'http://h' }, 'transport: found {}, accepted'],
    [{ command: 'a', url: 'http://h' }, 'url: found (next to command), accepted: one of'],
    [{ url: 'http://h', httpUrl: 'http://h' }, 'httpUrl: found (next to url), accepted: one of'],
    [{ url: 'ws://h' }, 'url: found "ws://h", accepted: a URL of http or https'],
    [{ command: 'a', headers: {} }, 'headers: found a key that does not go with command'],
    [{ url: 'http://h', env: {} }, 'env: found a key that does not go with url'],
    [{ command: 'a', environment: {} }, 'environment: found a key that is not read'],
    [{ url: 'http://h', header: {} }, 'did you mean "headers"?'],
    [{ url: 'http://h', oauth: {} }, 'oauth: found a key that is not read'],
    [{ url: 'http://h', headers: { a: '${input:key}' } }, 'headers.a: found (${input:key}), accepted'],
    [{ url: 'http://h', headers: { a: ['secret'] } }, 'headers.a: found (not shown), accepted'],
    [{ command: 'a', env: { A: null } }, 'env.A: found (not shown), accepted: a text or a number'],
    [{ command: '' }, 'command: found "", accepted: a program'],
    [{ command: 'a', envFile: 'none.env' }, 'none.env: no such file), accepted: a file of NAME=VALUE lines'],
    ['node', ': found "node", accepted: a map with command or url'],
  ])('%j is refused with the sentence that helps', (value, sentence) => {
    expect(refusal(entry(value))).toContain(sentence);
    expect(refusal(entry(value))).not.toContain('secret');
  });
});
