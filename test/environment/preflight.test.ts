import { describe, expect, it, onTestFinished } from 'vitest';
import { preflight } from '../../src/environment/preflight.js';
import type { EndpointDescription, ToolDescription } from '../../src/mcp/driver.js';
import type { Scenario } from '../../src/scenario/scenario.js';
import { type CannedOptions, cannedServer, type RpcRequest, sendError, sendResult } from '../fixtures/canned-server.js';
import { scenarioOf } from '../load/scenario-of.js';

const reading = (name: string, required: readonly string[] = []): ToolDescription => ({
  name,
  inputSchema: {
    type: 'object',
    required,
    properties: Object.fromEntries(required.map((key) => [key, { type: 'integer' }])),
  },
  annotations: { readOnlyHint: true },
});
const writing = (name: string, required: readonly string[] = []): ToolDescription => ({
  ...reading(name, required),
  annotations: { readOnlyHint: false },
});

const call = (tool: string, args: Record<string, unknown> = {}) => ({ type: 'call', tool, weight: 1, arguments: args });
const journey = (name: string, ...steps: readonly object[]) => ({ type: 'journey', name, weight: 1, steps });
const step = (tool: string, args: Record<string, unknown> = {}, save: Record<string, string> = {}) => ({
  tool,
  arguments: args,
  save,
});

const text = (words: string, isError = false) => ({ content: [{ type: 'text', text: words }], isError });

/** Runs the preflight of a scenario with these calls on a server that answers as told. @returns its end and the tools that were called. */
async function preflightOf(
  tools: readonly ToolDescription[],
  calls: readonly object[],
  onCall: (
    tool: string,
    message: RpcRequest,
    ...rest: Parameters<NonNullable<CannedOptions['onCall']>> extends [unknown, ...infer R] ? R : never
  ) => void,
  more: Partial<Omit<Scenario, 'load' | 'target'>> & { readonly preflight?: 'call' | 'schema' } = {},
) {
  const called: string[] = [];
  const server = await cannedServer({
    tools: tools as never,
    onCall: (message, ...rest) => {
      const tool = String(message.params?.name);
      called.push(tool);
      onCall(tool, message, ...rest);
    },
  });
  onTestFinished(() => server.close());
  const { preflight: how = 'call', ...changes } = more;
  const base = scenarioOf({ calls: calls as never, ...changes, load: { timeoutMs: 5000 } });
  const scenario: Scenario = { ...base, target: { ...base.target, urls: [server.url], preflight: how } };
  const endpoint: EndpointDescription = {
    endpoint: server.url,
    era: 'legacy',
    protocolVersion: '2025-11-25',
    stateful: false,
    tools,
  };
  const end = await preflight(scenario, [endpoint], new AbortController().signal).then(
    (notes) => ({ notes, error: undefined }),
    (error: unknown) => ({ notes: [], error: error as Error & { exitCode: number; details: { hint?: string } } }),
  );
  return { ...end, called };
}

const fine: Parameters<typeof preflightOf>[2] = (_tool, message, response) =>
  sendResult(response, message, { ...text('ok'), structuredContent: { id: 7 } });

const ab = [
  { name: 'a', headers: {}, weight: 1 },
  { name: 'b', headers: {}, weight: 1 },
];

describe('a preflight', () => {
  it('tells all tools that fail at once, each with what to do about it', async () => {
    const tools = [reading('get_order', ['id']), reading('plan'), reading('ask'), reading('fine'), reading('summary', ['size'])];
    const calls = [call('get_order', { id: 1 }), call('plan'), call('ask'), call('summary', { length: 2 }), call('fine')];
    const { error, called } = await preflightOf(tools, calls, (tool, message, response) => {
      if (tool === 'get_order') sendResult(response, message, text('no order 1', true));
      else if (tool === 'plan') sendResult(response, message, text('Client does not support roots/list', true));
      else if (tool === 'ask') sendError(response, message, -32600, 'client does not support elicitation');
      else sendResult(response, message, text('ok'));
    });
    expect(error?.exitCode).toBe(6);
    const lines = error?.message.split('\n') ?? [];
    expect(lines[0]).toBe('4 calls failed before the load:');
    expect(error?.message).toMatch(
      /arguments of summary do not fit its inputSchema: .*size.*\n {4}hint: the scenario sends \{"length":2\}/,
    );
    expect(error?.message).toMatch(
      /call of get_order failed: tool-error: no order 1\n {4}hint: .*\{"id":1\}; put a value for id that the server has/,
    );
    expect(error?.message).toMatch(/call of plan failed: .*\n {4}hint: .*add client\.roots/);
    expect(error?.message).toMatch(/call of ask failed: .*\n {4}hint: .*add client\.elicitation/);
    expect(lines).toHaveLength(9);
    expect(called).toEqual(['get_order', 'plan', 'ask', 'fine']);
  });

  it('tells all arguments that do not fit where nothing is called', async () => {
    const tools = [reading('a', ['x']), reading('b', ['y'])];
    const { error, called } = await preflightOf(tools, [call('a'), call('b', { y: 'text' })], fine, { preflight: 'schema' });
    expect(error?.message).toMatch(/2 calls failed.*arguments of a .*arguments of b /s);
    expect(called).toEqual([]);
  });

  it('lets no text of a server make lines of its own in the list', async () => {
    const forged = 'broken\nplimsoll: forged\r\n  the preflight call of nothing failed';
    const { error } = await preflightOf([reading('a'), reading('b')], [call('a'), call('b')], (_tool, message, response) =>
      sendResult(response, message, text(forged, true)),
    );
    expect(error?.message.split(/\r|\n/)).toHaveLength(5);
  });

  it('calls a tool that may write once in all: not for other tenants, other calls and journeys', async () => {
    const tools = [writing('create'), reading('get', ['id'])];
    const calls = [
      call('create'),
      journey('first', step('create', {}, { id: '/id' }), step('get', { id: '{{ id }}' })),
      journey('second', step('create', {}, { made: '/id' }), step('get', { id: '{{ made }}' })),
    ];
    const alone = await preflightOf(tools, calls, fine);
    expect(alone.error).toBeUndefined();
    expect(alone.called).toEqual(['create', 'get']);
    expect(alone.notes).toEqual([
      'get was not checked before the load in another journey: it needs made, which create saves, and create may write and is called once in all',
    ]);
    const tenants = await preflightOf(tools, calls.slice(0, 2), fine, { tenants: ab });
    expect(tenants.called).toEqual(['create', 'get']);
    expect(tenants.notes).toEqual([
      'get was not checked before the load for the tenant b: it needs id, which create saves, and create may write and is called once in all',
    ]);
  });

  it('takes a tool without marks by its words', async () => {
    const { annotations: _, ...hset } = writing('hset');
    const { annotations: __, ...get } = reading('get_order');
    const { called } = await preflightOf([hset, get], [call('hset'), call('get_order')], fine, { tenants: ab });
    expect(called).toEqual(['hset', 'get_order', 'get_order']);
  });

  it('checks the arguments of a tool that may write for every tenant and journey all the same', async () => {
    const calls = [call('create', { n: 1 }), journey('other', step('create', { n: 'one' }))];
    const { error, called } = await preflightOf([writing('create', ['n'])], calls, fine);
    expect(error?.message).toMatch(/^the arguments of create do not fit/);
    expect(called).toEqual(['create']);
  });

  it('repeats a lost call of a tool that reads, and never one of a tool that may write', async () => {
    const lost: Parameters<typeof preflightOf>[2] = (tool, message, response) => {
      const first = seen.get(tool) === undefined;
      seen.set(tool, true);
      if (first) response.writeHead(503).end('busy');
      else sendResult(response, message, text('ok'));
    };
    const seen = new Map<string, boolean>();
    const { error, called } = await preflightOf([reading('get'), writing('put')], [call('get'), call('put')], lost);
    expect(called).toEqual(['get', 'get', 'put']);
    expect(error?.message).toMatch(/^the preflight call of put failed/);
    expect(error?.details.hint).toMatch(/not repeated, because the tool may write/);
  });

  it('names the call after which the server was gone, and tries no more', async () => {
    const { error, called } = await preflightOf(
      [reading('get'), writing('crash'), reading('after'), reading('last')],
      [call('get'), call('crash'), call('after'), call('last')],
      (tool, message, response, request) => {
        if (tool !== 'crash') return sendResult(response, message, text('ok'));
        // As a process that ends: its sockets break, and nobody listens.
        const { server: http } = request.socket as unknown as { server: import('node:http').Server };
        http.close();
        request.socket.destroy();
        http.closeAllConnections();
      },
    );
    expect(error?.message).toMatch(/cannot be reached any more since the preflight call of crash/);
    expect(error?.message).not.toMatch(/after|last/);
    expect(called).toEqual(['get', 'crash']);
  });

  it('goes on where a value is saved, and tells one that is not there', async () => {
    const calls = [journey('j', step('make', {}, { id: '/nothing' }), step('get', { id: '{{ id }}' }))];
    const { error, called } = await preflightOf([reading('make'), reading('get', ['id'])], calls, fine);
    expect(error?.message).toBe('the answer of make has nothing at /nothing, which the scenario saves as id');
    expect(called).toEqual(['make']);
  });

  it('tells the fault of several tenants once', async () => {
    const { error } = await preflightOf(
      [reading('get')],
      [call('get')],
      (_tool, message, response) => sendResult(response, message, text('no such thing', true)),
      { tenants: ab },
    );
    expect(error?.message).toBe('the preflight call of get for the tenant a failed: tool-error: no such thing');
  });

  it('names the call that ended a stdio server, how it ended and its last words', async () => {
    const code = `
      const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
      require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
        const { id, method, params } = JSON.parse(line);
        if (method === 'initialize') {
          const serverInfo = { name: 's', version: '1' };
          send({ id, result: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo } });
        } else if (method === 'tools/list') send({ id, result: { tools: [] } });
        else if (method === 'tools/call' && params.name === 'crash') {
          console.error('out of orders');
          process.exit(7);
        } else if (id !== undefined) send({ id, result: { content: [] } });
      });`;
    const base = scenarioOf({
      calls: [call('get'), call('crash'), call('after'), call('last')] as never,
      load: { timeoutMs: 5000 },
    });
    const command = [process.execPath, '-e', code];
    const target = {
      ...base.target,
      urls: [],
      transport: 'stdio' as const,
      protocol: 'legacy',
      command,
      preflight: 'call' as const,
    };
    const tools = ['get', 'crash', 'after', 'last'].map((name) => reading(name));
    const endpoint: EndpointDescription = {
      endpoint: 'stdio:node',
      era: 'legacy',
      protocolVersion: '2025-06-18',
      stateful: false,
      tools,
    };
    const failing = preflight({ ...base, target }, [endpoint], new AbortController().signal);
    await expect(failing).rejects.toMatchObject({ exitCode: 6 });
    const { message } = (await failing.catch((error: unknown) => error)) as Error;
    expect(message).toMatch(/since the preflight call of crash, which ended as crash: .*code 7.*out of orders/);
    expect(message).not.toMatch(/after|last\b(?! words)/);
  });
});
