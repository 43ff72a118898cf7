import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { ClassifyRule } from '../../src/scenario/scenario.js';
import { type CannedServer, cannedServer, echo, type RpcRequest, sendError } from '../fixtures/canned-server.js';
import { drive, driverFor } from '../fixtures/drive-call.js';

const open: { close(): Promise<void> }[] = [];
const keep = <T extends { close(): Promise<void> }>(thing: T): T => {
  open.push(thing);
  return thing;
};
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

type Unknown = (message: RpcRequest, response: ServerResponse) => void;

/** A server that keeps sessions, and says in its own way that it does not know one; `restart` forgets those that stand. */
async function forgetful(says: Unknown): Promise<CannedServer & { restart(): void }> {
  const known = new Set<string>();
  const server: CannedServer = keep(
    await cannedServer({
      stateful: true,
      onCall: (message, response, request) => {
        const id = String(request.headers['mcp-session-id']);
        if (!known.has(id)) {
          if (forgotten.has(id)) return says(message, response);
          known.add(id);
        }
        echo(message, response);
      },
    }),
  );
  const forgotten = new Set<string>();
  return Object.assign(server, {
    restart: () => {
      for (const id of server.sessions) forgotten.add(id);
      known.clear();
    },
  });
}

const PLAIN: Record<string, Unknown> = {
  '404': (_, response) => void response.writeHead(404).end('not found'),
  '410': (_, response) => void response.writeHead(410).end(),
  '410 with an error': (message, response) => sendError(response, message, -32001, 'Session expired', 410),
  '400 that speaks of the session': (message, response) =>
    sendError(response, message, -32000, 'Bad Request: No valid session ID provided', 400),
  '400 of a server of the SDK that was never initialized': (message, response) =>
    sendError(response, message, -32000, 'Bad Request: Server not initialized', 400),
  '-32600 without an id': (_, response) => sendError(response, { method: '' }, -32600, 'Session not found'),
  'a server that was never initialized': (message, response) =>
    sendError(response, message, -32602, 'Received request before initialization was complete'),
};

describe('a session that is gone in plain words', () => {
  it.each(Object.entries(PLAIN))('%s', async (_, says) => {
    const server = await forgetful(says);
    const driver = keep(driverFor(server.url));
    await driver.open(1);
    expect((await drive(driver)).outcome).toBe('ok');
    server.restart();
    expect((await drive(driver)).outcome).toBe('session-lost');
    await expect.poll(() => driver.counters().sessions).toMatchObject({ opened: 2, lost: 1, replaced: 1 });
    expect((await drive(driver)).outcome).toBe('ok');
  });

  it.each(['-32600 without an id', 'a server that was never initialized'])(
    'not %s where nothing succeeded before',
    async (how) => {
      const server = keep(await cannedServer({ stateful: true, onCall: PLAIN[how]! }));
      const driver = keep(driverFor(server.url));
      await driver.open(1);
      for (let i = 0; i < 20; i++) expect((await drive(driver)).outcome).toBe('contract');
      expect(driver.counters().sessions).toMatchObject({ opened: 1, lost: 0 });
    },
  );
});

describe('a site rule that reads an answer as session-lost', () => {
  const rules: Record<string, { readonly when: ClassifyRule['when']; readonly says: Unknown }> = {
    rpcCode: { when: { rpcCode: -32050 }, says: (message, response) => sendError(response, message, -32050, 'who are you?') },
    httpStatus: { when: { httpStatus: 500 }, says: (_, response) => void response.writeHead(500).end('no such conversation') },
    rpcMessage: {
      when: { rpcMessage: 'unknown conversation' },
      says: (message, response) => sendError(response, message, -32000, 'unknown conversation'),
    },
    toolErrorText: {
      when: { toolErrorText: 'please log in again' },
      says: (message, response) => {
        const result = { isError: true, content: [{ type: 'text', text: 'please log in again' }] };
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
      },
    },
  };

  it.each(Object.entries(rules))('renews the session (%s)', async (_, { when, says }) => {
    const server = await forgetful(says);
    const driver = keep(driverFor(server.url, {}, { classify: [{ when, as: 'session-lost' }] }));
    await driver.open(1);
    expect((await drive(driver)).outcome).toBe('ok');
    server.restart();
    expect((await drive(driver)).outcome).toBe('session-lost');
    await expect.poll(() => driver.counters().sessions).toMatchObject({ opened: 2, lost: 1, replaced: 1 });
    expect((await drive(driver)).outcome).toBe('ok');
  });
});

describe('a session that is gone without a word', () => {
  const ways: Record<string, Unknown> = {
    'a JSON-RPC error': (message, response) => sendError(response, message, -32000, 'state missing'),
    'HTTP 500': (_, response) => void response.writeHead(500).end('KeyError'),
    'no MCP at all': (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello'),
  };

  it.each(Object.entries(ways))('is found by its calls: %s', async (_, says) => {
    const server = await forgetful(says);
    const driver = keep(driverFor(server.url));
    await driver.open(2);
    for (let i = 0; i < 4; i++) expect((await drive(driver)).outcome).toBe('ok');
    server.restart();
    let failed = 0;
    for (let i = 0; i < 200 && driver.counters().sessions.replaced < 2; i++) if ((await drive(driver)).outcome !== 'ok') failed++;
    expect(driver.counters()).toMatchObject({
      sessions: { opened: 4, lost: 2, replaced: 2 },
      warnings: { 'session-lost-by-behaviour': 2 },
    });
    // Five on each, the check of the first, and those that came while a handshake was under way.
    expect(failed).toBeLessThan(40);
    for (let i = 0; i < 10; i++) expect((await drive(driver)).outcome).toBe('ok');
  });
});

it('the ends of sessions are counted by the status of their answers', async () => {
  const server = await cannedServer({ stateful: true });
  const [answer] = server.server.listeners('request') as ((...args: unknown[]) => void)[];
  server.server.removeAllListeners('request');
  server.server.on('request', (request, response) => {
    if (request.method === 'DELETE') response.writeHead(405).end();
    else answer!(request, response);
  });
  keep(server);
  const driver = driverFor(server.url);
  await driver.open(3);
  await drive(driver);
  await driver.close();
  expect(driver.counters().sessions).toEqual({ opened: 3, lost: 0, replaced: 0, ended: 3, endedByStatus: { '405': 3 } });
});
