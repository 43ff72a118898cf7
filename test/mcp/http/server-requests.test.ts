import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CallAnswer, CancelCall } from '../../../src/mcp/driver.js';
import type { ClientSide } from '../../../src/scenario/client.js';
import { type CannedOptions, cannedServer, echo } from '../../fixtures/canned-server.js';
import { callOf, drive, driverFor } from '../../fixtures/drive-call.js';
import { sdkV1Server } from '../../fixtures/sdk-server.js';

const ms = (delayMs: number) => ({ law: 'constant' as const, ms: delayMs });
const CLIENT: ClientSide = {
  tasks: false,
  progress: true,
  sampling: { result: { role: 'assistant', content: { type: 'text', text: 'a summary' }, model: 'plimsoll' }, delay: ms(200) },
  elicitation: { result: { action: 'accept', content: { sure: true } }, delay: ms(50) },
  roots: { result: { roots: [{ uri: 'file:///workspace' }] }, delay: ms(0) },
};

const text = (value: unknown) => ({ content: [{ type: 'text' as const, text: String(value) }] });

/** A server of the official SDK whose tools ask their client. */
async function asking(client: ClientSide | undefined) {
  const server = await sdkV1Server({
    stateful: true,
    json: false,
    more: (mcp) => {
      mcp.registerTool('summarise', {}, async ({ requestId: relatedRequestId }) => {
        const { content } = await mcp.server.createMessage(
          {
            messages: [{ role: 'user', content: { type: 'text', text: 'sum up' } }],
            maxTokens: 10,
          },
          { relatedRequestId },
        );
        return text((content as { text?: string }).text);
      });
      mcp.registerTool('confirm', {}, async ({ requestId: relatedRequestId }) => {
        const { action, content } = await mcp.server.elicitInput(
          {
            message: 'sure?',
            requestedSchema: { type: 'object', properties: { sure: { type: 'boolean' } } },
          },
          { relatedRequestId },
        );
        return text(`${action} ${content?.sure}`);
      });
      mcp.registerTool('where', {}, async ({ requestId: relatedRequestId }) =>
        text((await mcp.server.listRoots(undefined, { relatedRequestId })).roots[0]?.uri),
      );
      mcp.registerTool('both', {}, async ({ requestId: relatedRequestId }) => {
        const ask = () => mcp.server.createMessage({ messages: [], maxTokens: 1 }, { relatedRequestId });
        await Promise.all([ask(), ask()]);
        await wait(60);
        return text('done');
      });
      mcp.registerTool('steps', {}, async (extra) => {
        const progressToken = extra._meta?.progressToken;
        if (progressToken === undefined) return text('no token');
        for (let progress = 1; progress <= 3; progress++)
          await extra.sendNotification({ method: 'notifications/progress', params: { progressToken, progress } });
        return text('done');
      });
    },
  });
  const driver = driverFor(server.url, { protocol: 'legacy' }, client === undefined ? {} : { client });
  onTestFinished(async () => {
    await driver.close();
    await server.close();
  });
  await driver.open(2);
  return driver;
}

describe('requests of a legacy server', () => {
  it('are answered from the scenario, and the time that the server waits for us is told apart', async () => {
    const driver = await asking(CLIENT);
    const startedMs = performance.now();
    const answer = await drive(driver, { tool: 'summarise', argumentsJson: '{}', wantResult: true });
    expect(answer).toMatchObject({ outcome: 'ok', rounds: 1, result: text('a summary') });
    expect(answer.oursMs).toBeGreaterThanOrEqual(199);
    expect(answer.oursMs).toBeLessThanOrEqual(answer.endedMs - startedMs);
    expect(await drive(driver, { tool: 'confirm', argumentsJson: '{}', wantResult: true })).toMatchObject({
      outcome: 'ok',
      result: text('accept true'),
    });
    expect(await drive(driver, { tool: 'where', argumentsJson: '{}', wantResult: true })).toMatchObject({
      outcome: 'ok',
      result: text('file:///workspace'),
    });
  });

  it('count their waits once where they overlap, and not what the server does afterwards', async () => {
    const driver = await asking(CLIENT);
    const startedMs = performance.now();
    const answer = await drive(driver, { tool: 'both', argumentsJson: '{}' });
    expect(answer).toMatchObject({ outcome: 'ok', rounds: 2 });
    const wholeMs = answer.endedMs - startedMs;
    expect(answer.oursMs).toBeGreaterThanOrEqual(199);
    // The server worked for 60 ms on its own.
    expect(wholeMs - answer.oursMs!).toBeGreaterThanOrEqual(59);
  });

  it('stop the clock of the timeout', async () => {
    const driver = await asking({ ...CLIENT, sampling: { ...CLIENT.sampling!, delay: ms(700) } });
    expect(await drive(driver, { tool: 'summarise', argumentsJson: '{}', timeoutMs: 500 })).toMatchObject({
      outcome: 'ok',
      rounds: 1,
    });
  });

  it('are refused when the scenario has no reply, as a client without the capability does', async () => {
    const driver = await asking(undefined);
    expect((await drive(driver, { tool: 'summarise', argumentsJson: '{}' })).outcome).toBe('tool-error');
  });

  it('are not answered any more once their call was given up', async () => {
    const driver = await asking({ ...CLIENT, sampling: { ...CLIENT.sampling!, delay: ms(300) } });
    const answer = new Promise((resolve) => {
      const cancel = driver.start(
        {
          tool: 'summarise',
          argumentsJson: '{}',
          endpoint: 0,
          traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
          timeoutMs: 2000,
          wantResult: false,
        },
        resolve,
      );
      setTimeout(() => cancel('unfinished'), 150);
    });
    expect(await answer).toMatchObject({ outcome: 'unfinished' });
    await wait(300);
    expect(driver.counters().warnings['reply-to-server-failed']).toBeUndefined();
  });

  it('do not lead to more sockets than calls and replies in flight', async () => {
    const driver = await asking({ ...CLIENT, sampling: { ...CLIENT.sampling!, delay: ms(5) } });
    const before = driver.counters().connectionsOpened;
    for (let i = 0; i < 10; i++) await drive(driver, { tool: 'summarise', argumentsJson: '{}' });
    expect(driver.counters().connectionsOpened - before).toBeLessThanOrEqual(3);
  });
});

it('does not let a server that asks without end hold up the end of its call', async () => {
  const server = await cannedServer({
    onCall: (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      let id = 0;
      const more = (): void => {
        if (response.destroyed) return;
        for (let i = 0; i < 50; i++)
          response.write(
            `data: ${JSON.stringify({ jsonrpc: '2.0', id: id++, method: 'sampling/createMessage', params: {} })}\n\n`,
          );
        setTimeout(more, 10);
      };
      more();
    },
  });
  const client = { ...CLIENT, sampling: { ...CLIENT.sampling!, delay: ms(60_000) } };
  const driver = driverFor(server.url, { protocol: 'legacy' }, { client });
  onTestFinished(async () => {
    await driver.close();
    await server.close();
  });
  await driver.open(1);
  const startedMs = performance.now();
  const answer = await drive(driver, { timeoutMs: 300 });
  expect(answer).toMatchObject({ outcome: 'timeout', answered: false });
  expect(answer.rounds).toBeGreaterThan(100);
  expect(performance.now() - startedMs).toBeLessThan(5000);
  expect(driver.counters().warnings['server-asks-without-end']).toBe(1);
});

it('answers under one id once, and not under what no answer could be matched to', async () => {
  const ids = [{}, null, ['a'], true, 'x'.repeat(257), 'again', 'again', 'again', 'other'];
  const server = await cannedServer({
    onCall: (message, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const id of ids)
        response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id, method: 'sampling/createMessage', params: {} })}\n\n`);
      const answered = setInterval(() => {
        if (replies().length < 2) return;
        clearInterval(answered);
        response.end(`data: ${RESULT(message.id)}\n\n`);
      }, 5);
    },
  });
  const replies = () => server.seen.map(({ message }) => ({ ...message })).filter((message) => 'result' in message);
  const driver = driverFor(
    server.url,
    { protocol: 'legacy' },
    { client: { ...CLIENT, sampling: { ...CLIENT.sampling!, delay: ms(50) } } },
  );
  onTestFinished(async () => {
    await driver.close();
    await server.close();
  });
  await driver.open(1);
  expect(await drive(driver, { timeoutMs: 5000 })).toMatchObject({ outcome: 'ok', rounds: 2 });
  expect(replies()).toMatchObject([{ id: 'again' }, { id: 'other' }]);
  expect(driver.counters().warnings).toEqual({ 'server-request-malformed': 5, 'server-request-id-repeated': 2 });
});

describe('progress', () => {
  it('is asked for by every call and counted', async () => {
    const driver = await asking(CLIENT);
    expect(await drive(driver, { tool: 'steps', argumentsJson: '{}', wantResult: true })).toMatchObject({
      outcome: 'ok',
      progress: 3,
      result: text('done'),
    });
  });

  it('is not asked for unless the scenario wants it', async () => {
    const driver = await asking({ ...CLIENT, progress: false });
    const answer = await drive(driver, { tool: 'steps', argumentsJson: '{}', wantResult: true });
    expect(answer).toMatchObject({ outcome: 'ok', result: text('no token') });
    expect(answer.progress).toBeUndefined();
  });
});

/** Cancels a call under way and says how it ended, and what was told of the work. */
async function cancelled(onCall: NonNullable<CannedOptions['onCall']>) {
  const server = await cannedServer({ onCall });
  const driver = driverFor(server.url, { protocol: 'legacy' });
  onTestFinished(async () => {
    await driver.close();
    await server.close();
  });
  await driver.open(1);
  const answer = await new Promise((resolve) => {
    const cancel = driver.start(
      {
        tool: 'echo',
        argumentsJson: '{}',
        endpoint: 0,
        traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
        timeoutMs: 5000,
        wantResult: false,
      },
      resolve,
    );
    setTimeout(() => cancel('cancelled'), 100);
  });
  expect(answer).toMatchObject({ outcome: 'cancelled' });
  await expect.poll(() => server.seen.filter(({ message }) => message?.method === 'notifications/cancelled').length).toBe(1);
  await expect.poll(() => Object.keys(driver.counters().warnings), { timeout: 3000 }).toHaveLength(1);
  await expect.poll(() => server.sockets.size, { timeout: 3000 }).toBeLessThanOrEqual(2);
  return driver.counters().warnings;
}

const RESULT = (id: unknown) => JSON.stringify({ jsonrpc: '2.0', id, result: { content: [] } });
const ERROR = (id: unknown) => JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32800, message: 'cancelled' } });

describe('a cancelled call of a legacy server', () => {
  it.each([
    ['goes on to its end over JSON', (id: unknown) => ['application/json', RESULT(id)], 'cancelled-but-answered'],
    [
      'goes on to its end over a stream',
      (id: unknown) => ['text/event-stream', `data: ${RESULT(id)}\n\n`],
      'cancelled-but-answered',
    ],
    ['is given up with an error', (id: unknown) => ['application/json', ERROR(id)], 'cancelled-work-stopped'],
  ] as const)('that %s is told so', async (_, answer, told) => {
    const warnings = await cancelled((message, response) => {
      const [type, body] = answer(message.id);
      setTimeout(() => response.writeHead(200, { 'content-type': type! }).end(body), 250);
    });
    expect(warnings).toEqual({ [told]: 1 });
  });

  it('whose stream ends without an answer has stopped', async () => {
    const warnings = await cancelled((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
      setTimeout(() => response.end(), 250);
    });
    expect(warnings).toEqual({ 'cancelled-work-stopped': 1 });
  });

  it('of which nothing more is heard is left open, and its connection closed', async () => {
    expect(await cancelled(() => {})).toEqual({ 'cancelled-untold': 1 });
  });

  it('has one end, also where more comes for it than is read: its session stays for the other call on it', async () => {
    let finishLong = (): void => {};
    let flood: (() => void) | undefined;
    const server = await cannedServer({
      stateful: true,
      onCall: (message, response) => {
        if (message.params?.arguments?.message === 'long') finishLong = () => echo(message, response);
        else {
          response.writeHead(500, { 'content-type': 'text/plain' }).write('it broke');
          flood = () => response.end('x'.repeat(20_000));
        }
      },
    });
    const driver = driverFor(server.url, { protocol: 'legacy' }, { sessionCalls: 2 });
    onTestFinished(async () => {
      await driver.close();
      await server.close();
    });
    await driver.open(1);
    const long = drive(driver, { argumentsJson: '{"message":"long"}', timeoutMs: 10_000 });
    let cancel: CancelCall = () => {};
    const short = new Promise<CallAnswer>((resolve) => {
      cancel = driver.start(callOf({ timeoutMs: 10_000 }), resolve);
    });
    await expect.poll(() => flood).toBeDefined();
    await expect.poll(() => driver.counters().sessions.opened).toBe(2);
    await wait(100);
    cancel('cancelled');
    expect(await short).toMatchObject({ outcome: 'cancelled' });
    flood?.();
    await expect.poll(() => driver.counters().warnings, { timeout: 3000 }).toEqual({ 'cancelled-untold': 1 });
    await wait(100);
    const ends = () => server.seen.filter(({ method }) => method === 'DELETE').length;
    expect(ends()).toBe(0);
    finishLong();
    expect((await long).outcome).toBe('ok');
    await expect.poll(ends).toBe(1);
  });
});
