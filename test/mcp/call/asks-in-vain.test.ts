import { createServer, type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ClientReplies } from '../../../src/mcp/call/client-replies.js';
import { InputRequests } from '../../../src/mcp/call/input-requests.js';
import { noteCode, noteText } from '../../../src/mcp/call/note-words.js';
import { createDriver } from '../../../src/mcp/create-driver.js';
import type { DriverOptions } from '../../../src/mcp/driver-options.js';
import type { ClientSide } from '../../../src/scenario/client.js';
import { drive, driverFor, targetOf } from '../../fixtures/drive-call.js';
import { listen } from '../../fixtures/listen.js';

const AT_ONCE = { law: 'constant', ms: 0 } as const;
const SCHEMA = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
const clientWith = (content: Record<string, string | number>): ClientSide => ({
  tasks: false,
  progress: false,
  elicitation: { result: { action: 'accept', content }, delay: AT_ONCE },
});

const RESULTS: Readonly<Record<string, unknown>> = {
  initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'asking', version: '1' } },
  'tools/list': { tools: [{ name: 'plan', inputSchema: { type: 'object' } }] },
};

/** A legacy server whose tool asks its client, on its own stream or on that of the session, and waits for a result. */
async function asking(
  ask: { readonly method: string; readonly params?: unknown; readonly where?: 'GET' },
  options: Partial<DriverOptions>,
) {
  const replies: Record<string, unknown>[] = [];
  const { where, ...request } = ask;
  let call: { readonly id: unknown; readonly response: ServerResponse } | undefined;
  let stream: ServerResponse | undefined;
  const event = (message: object): string => `data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
  const server = await listen(
    createServer((incoming, response) => {
      if (incoming.method === 'GET') {
        stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
        stream.flushHeaders();
        return;
      }
      let body = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      incoming.on('end', () => {
        if (incoming.method === 'DELETE') return response.writeHead(200).end();
        const message = JSON.parse(body) as Record<string, unknown>;
        const { id, method } = message;
        if (method === undefined) {
          replies.push(message);
          response.writeHead(202).end();
          if (message.result !== undefined)
            call?.response.end(event({ id: call.id, result: { content: [{ type: 'text', text: 'done' }] } }));
          return;
        }
        if (id === undefined) return response.writeHead(202).end();
        if (method !== 'tools/call') {
          const answer = JSON.stringify({ jsonrpc: '2.0', id, result: RESULTS[String(method)] });
          response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'one' }).end(answer);
          return;
        }
        call = { id, response: response.writeHead(200, { 'content-type': 'text/event-stream' }) };
        response.flushHeaders();
        (where === 'GET' ? stream : response)?.write(event({ id: 'ask-1', ...request }));
      });
    }),
  );
  const driver = driverFor(`http://127.0.0.1:${server.port}/mcp`, { protocol: 'legacy' }, options);
  onTestFinished(async () => {
    await driver.close();
    await server.close();
  });
  await driver.open(1);
  const answer = await drive(driver, { tool: 'plan', argumentsJson: '{}', timeoutMs: 800 });
  return { answer, replies, warnings: driver.counters().warnings };
}

describe('a tool that asks its client for what the scenario has no reply to', () => {
  it('is named with the method and the key to add', async () => {
    const { answer, replies, warnings } = await asking({ method: 'roots/list' }, {});
    expect(answer).toMatchObject({
      outcome: 'timeout',
      text: 'it asked its client for roots/list, to which the scenario has no reply: add client.roots',
    });
    expect(replies).toMatchObject([{ id: 'ask-1', error: { code: -32601 } }]);
    const [[name, count] = ['', 0]] = Object.entries(warnings);
    expect(noteCode(name)).toBe('server-request-refused');
    expect(noteText(name, count)).toBe(
      'server-request-refused: 1 time: the tool plan asked for roots/list, to which the scenario has no reply, and was refused: add client.roots',
    );
  });

  it('also where it asks on the stream of the session, which the run does not hold', async () => {
    const client = { ...clientWith({ name: 'Ann' }), elicitation: { result: { action: 'decline' }, delay: AT_ONCE } };
    const { answer, replies, warnings } = await asking(
      { method: 'elicitation/create', params: { requestedSchema: SCHEMA }, where: 'GET' },
      { client, watchStreams: true },
    );
    expect(answer).toMatchObject({
      outcome: 'timeout',
      text: 'it asked its client for elicitation/create on the stream of its session, which the run does not hold: set sessions.stream: true, with client.elicitation',
    });
    // In the load nobody would hear it: it is not answered here either.
    expect(replies).toEqual([]);
    expect(Object.keys(warnings).map((name) => noteText(name, 2))).toEqual([
      'server-request-refused: 2 times: the tool plan asked for elicitation/create on the stream of its session, which the run does not hold: set sessions.stream: true, with client.elicitation',
    ]);
  });

  it('and a method that no client has is counted as such', async () => {
    const { answer, warnings } = await asking({ method: 'sampling/everything' }, {});
    expect(answer.text).toBe('it asked its client for sampling/everything, to which the scenario has no reply');
    expect(warnings).toEqual({ 'server-request-refused': 1 });
  });

  it('also over stdio', { timeout: 30_000 }, async () => {
    const script = `
      const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
      const results = ${JSON.stringify(RESULTS)};
      require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
        const { id, method } = JSON.parse(line);
        if (method === 'tools/call') say({ id: 'ask-1', method: 'elicitation/create', params: { requestedSchema: ${JSON.stringify(SCHEMA)} } });
        else if (id !== undefined && method !== undefined) say({ id, result: results[method] });
      });`;
    const target = targetOf([], { transport: 'stdio', protocol: 'legacy', command: [process.execPath, '-e', script] });
    for (const [client, words] of [
      [undefined, 'to which the scenario has no reply: add client.elicitation'],
      [clientWith({ name: 7 }), 'and client.elicitation does not fit its requestedSchema: /name must be string'],
    ] as const) {
      const driver = createDriver({ target, classify: [], maxInFlight: 10, ...(client === undefined ? {} : { client }) });
      onTestFinished(() => driver.close());
      await driver.open(1);
      const { text } = await drive(driver, { tool: 'plan', argumentsJson: '{}', timeoutMs: 800 });
      expect(text).toBe(`it asked its client for elicitation/create, ${words}`);
      expect(Object.keys(driver.counters().warnings)[0]).toMatch(
        /^server-request-refused (no-reply|unfit) elicitation\/create plan$/,
      );
    }
  });
});

describe('a reply of the scenario to elicitation/create', () => {
  const elicit = { method: 'elicitation/create', params: { message: 'who?', requestedSchema: SCHEMA } };

  it('is sent where it fits what the server asks for', async () => {
    const { answer, replies } = await asking(elicit, { client: clientWith({ name: 'Ann' }) });
    expect(answer).toMatchObject({ outcome: 'ok', rounds: 1 });
    expect(replies).toEqual([{ jsonrpc: '2.0', id: 'ask-1', result: { action: 'accept', content: { name: 'Ann' } } }]);
  });

  it.each([
    [{ name: 7 }, '/name must be string'],
    [{ surname: 'Lee' }, "the value must have required property 'name'"],
  ])('is not sent where it does not: %j', async (content, fault) => {
    const { answer, replies, warnings } = await asking(elicit, {
      client: clientWith(content as Record<string, string | number>),
    });
    expect(answer.text).toBe(
      `it asked its client for elicitation/create, and client.elicitation does not fit its requestedSchema: ${fault}`,
    );
    expect(replies).toMatchObject([{ id: 'ask-1', error: { code: -32602 } }]);
    expect(Object.keys(warnings).map((name) => noteText(name, 1))).toEqual([
      'server-request-refused: 1 time: the tool plan asked for elicitation/create, and client.elicitation does not fit its requestedSchema: it was refused, and not sent what it did not ask for',
    ]);
  });

  it('is judged likewise in a round of 2026-07-28, and once for each schema', () => {
    const replies = new ClientReplies(clientWith({ name: 7 }), () => 0);
    expect(new InputRequests({ who: elicit }, replies).unanswered).toBe(
      'it asked its client for elicitation/create, and client.elicitation does not fit its requestedSchema: /name must be string',
    );
    const open = { method: 'elicitation/create', params: { requestedSchema: { type: 'object' } } };
    expect(new InputRequests({ who: open }, replies).unanswered).toBeUndefined();
    expect(new InputRequests({ who: { method: 'roots/list' } }, replies).unanswered).toContain('add client.roots');
  });

  it('that declines, and a schema that is none, are not judged', () => {
    const declining: ClientSide = {
      tasks: false,
      progress: false,
      elicitation: { result: { action: 'decline' }, delay: AT_ONCE },
    };
    expect(new ClientReplies(declining, () => 0).unfit('elicitation/create', elicit.params)).toBeUndefined();
    const replies = new ClientReplies(clientWith({ name: 7 }), () => 0);
    expect(replies.unfit('elicitation/create', { requestedSchema: { type: 'nonsense' } })).toBeUndefined();
  });
});
