import { inputRequired } from '@modelcontextprotocol/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { capabilitiesOf, drawMs, seededRandom } from '../../../src/mcp/call/client-replies.js';
import type { ClientSide } from '../../../src/scenario/client.js';
import { cannedServer, type RpcRequest, sendError, sendResult } from '../../fixtures/canned-server.js';
import { callOf, drive, driverFor } from '../../fixtures/drive-call.js';
import { sdkV2Server } from '../../fixtures/sdk-server.js';

const ms = (delayMs: number) => ({ law: 'constant' as const, ms: delayMs });
const CLIENT: ClientSide = {
  tasks: true,
  progress: false,
  elicitation: { result: { action: 'accept', content: { name: 'Ann' } }, delay: ms(150) },
};

const ask = (...keys: string[]) =>
  Object.fromEntries(keys.map((key) => [key, { method: 'elicitation/create', params: { message: '?' } }]));
const DONE = { content: [{ type: 'text', text: 'done' }], resultType: 'complete' };

/** A modern server whose answers to calls and task requests are a function of the request and its number. */
async function modern(serve: (message: RpcRequest, n: number) => unknown, client: ClientSide | undefined = CLIENT) {
  let n = 0;
  const server = await cannedServer({
    era: 'modern',
    onMessage: (message, response) => {
      if (message.method !== 'tools/call' && !message.method.startsWith('tasks/')) return false;
      const result = serve(message, n++);
      if (result === undefined) return true;
      if (typeof result === 'number') sendError(response, message, result, 'no');
      else sendResult(response, message, result);
      return true;
    },
  });
  const driver = driverFor(server.url, {}, client === undefined ? {} : { client });
  onTestFinished(async () => {
    await driver.close();
    await server.close();
  });
  await driver.open(1);
  server.seen.length = 0;
  return { server, driver };
}

describe('input_required', () => {
  it('is answered by the replies of the scenario and sent again under a new id, with the state as it came', async () => {
    const { server, driver } = await modern((_, n) =>
      n === 0 ? { resultType: 'input_required', inputRequests: ask('who', 'again'), requestState: 'st"ate' } : DONE,
    );
    const startedMs = performance.now();
    const answer = await drive(driver, { wantResult: true });
    expect(answer).toMatchObject({ outcome: 'ok', rounds: 1, result: DONE });
    // Both questions are answered at the same time.
    expect(answer.oursMs).toBeGreaterThanOrEqual(149);
    expect(answer.oursMs).toBeLessThan(300);
    expect(answer.endedMs - startedMs).toBeGreaterThanOrEqual(answer.oursMs!);
    const [first, second] = server.seen.map(({ message }) => message!);
    expect(second!.id).not.toBe(first!.id);
    expect(second!.params).toMatchObject({
      name: 'echo',
      arguments: { message: 'hello' },
      requestState: 'st"ate',
      inputResponses: {
        who: { action: 'accept', content: { name: 'Ann' } },
        again: { action: 'accept', content: { name: 'Ann' } },
      },
      _meta: {
        'io.modelcontextprotocol/clientCapabilities': { elicitation: {}, extensions: { 'io.modelcontextprotocol/tasks': {} } },
      },
    });
    expect(answer.bytesSent).toBeGreaterThan(JSON.stringify(second).length);
  });

  it('works with the official SDK', async () => {
    const server = await sdkV2Server({
      legacy: 'reject',
      more: (mcp) =>
        void mcp.registerTool('greet', { inputSchema: z.object({}) }, (_, context) => {
          const given = context.mcpReq.inputResponses?.who as { content?: { name?: string } } | undefined;
          if (given === undefined)
            return inputRequired({
              inputRequests: {
                who: inputRequired.elicit({
                  message: 'who?',
                  requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
                }),
              },
            });
          return { content: [{ type: 'text', text: `Hello ${given.content?.name}` }] };
        }),
    });
    const driver = driverFor(server.url, {}, { client: { ...CLIENT, tasks: false } });
    onTestFinished(async () => {
      await driver.close();
      await server.close();
    });
    await driver.open(1);
    const answer = await drive(driver, { tool: 'greet', argumentsJson: '{}', wantResult: true });
    expect(answer, answer.text).toMatchObject({ outcome: 'ok', rounds: 1, result: { content: [{ text: 'Hello Ann' }] } });
  });

  it('leaves our own delay out of the time limit, but not what the server takes', async () => {
    const slowAsker = await modern((_, n) => (n === 0 ? { resultType: 'input_required', inputRequests: ask('a') } : DONE), {
      ...CLIENT,
      elicitation: { ...CLIENT.elicitation!, delay: ms(600) },
    });
    expect((await drive(slowAsker.driver, { timeoutMs: 300 })).outcome).toBe('ok');
    const silent = await modern((_, n) => (n === 0 ? { resultType: 'input_required', inputRequests: ask('a') } : undefined));
    const startedMs = performance.now();
    expect(await drive(silent.driver, { timeoutMs: 300 })).toMatchObject({ outcome: 'timeout', rounds: 1 });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(449);
  });

  it('that only puts the call off is sent again after a moment', async () => {
    const { server, driver } = await modern((_, n) => (n === 0 ? { resultType: 'input_required', requestState: 'later' } : DONE));
    expect(await drive(driver)).toMatchObject({ outcome: 'ok', rounds: 1 });
    expect(server.seen[1]!.message!.params).toMatchObject({ requestState: 'later' });
    expect(server.seen[1]!.message!.params).not.toHaveProperty('inputResponses');
  });

  it('without a reply in the scenario, or without end, is unsupported-interaction', async () => {
    const other = { s: { method: 'sampling/createMessage', params: {} } };
    const { driver } = await modern(() => ({ resultType: 'input_required', inputRequests: other }));
    expect(await drive(driver)).toMatchObject({
      outcome: 'unsupported-interaction',
      text: expect.stringContaining('sampling/createMessage, to which the scenario has no reply'),
    });
    const endless = await modern(() => ({ resultType: 'input_required', inputRequests: ask('a') }), {
      ...CLIENT,
      elicitation: { ...CLIENT.elicitation!, delay: ms(0) },
    });
    expect(await drive(endless.driver)).toMatchObject({
      outcome: 'unsupported-interaction',
      rounds: 10,
      text: 'the server still asks for input after 10 rounds',
    });
    const none = await cannedServer({
      era: 'modern',
      onCall: (m, r) => sendResult(r, m, { resultType: 'input_required', inputRequests: ask('a') }),
    });
    const plain = driverFor(none.url);
    onTestFinished(async () => {
      await plain.close();
      await none.close();
    });
    await plain.open(1);
    expect((await drive(plain)).outcome).toBe('unsupported-interaction');
  });

  it('ends at once when the call is taken back while we wait', async () => {
    const { server, driver } = await modern(() => ({ resultType: 'input_required', inputRequests: ask('a') }));
    const answer = await new Promise((resolve) => {
      const cancel = driver.start(callOf(), resolve);
      setTimeout(() => cancel('cancelled'), 80);
    });
    expect(answer).toMatchObject({ outcome: 'cancelled', rounds: 1 });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(server.seen).toHaveLength(1);
  });
});

const task = (status: string, more: object = {}) => ({
  resultType: 'complete',
  taskId: 't 1',
  status,
  ttlMs: null,
  createdAt: '',
  lastUpdatedAt: '',
  pollIntervalMs: 20,
  ...more,
});
const CREATED = { ...task('working'), resultType: 'task' };

describe('tasks', () => {
  it('are polled as often as the server asks, to their result', async () => {
    const { server, driver } = await modern((_, n) =>
      n === 0
        ? CREATED
        : n < 3
          ? task('working')
          : task('completed', { result: { content: [{ type: 'text', text: 'at last' }] } }),
    );
    const startedMs = performance.now();
    const answer = await drive(driver, { wantResult: true });
    expect(answer).toMatchObject({ outcome: 'ok', polls: 3, result: { content: [{ text: 'at last' }] } });
    expect(answer.oursMs).toBeUndefined();
    // Time to the result, not to the acceptance.
    expect(answer.endedMs - startedMs).toBeGreaterThanOrEqual(59);
    expect(server.seen[1]).toMatchObject({
      headers: { 'mcp-method': 'tasks/get', 'mcp-name': 't 1' },
      message: { method: 'tasks/get', params: { taskId: 't 1' } },
    });
  });

  it.each([
    [
      'a tool error',
      { result: { isError: true, content: [{ type: 'text', text: 'no such order' }] } },
      'completed',
      { outcome: 'tool-error', text: 'no such order' },
    ],
    ['an empty result', { result: {} }, 'completed', { outcome: 'empty-result' }],
    ['no result', {}, 'completed', { outcome: 'schema' }],
    [
      'a JSON-RPC error',
      { error: { code: -32603, message: 'broken' } },
      'failed',
      { outcome: 'rpc-internal-error', rpcCode: -32603, text: 'broken' },
    ],
    ['being cancelled by the server', {}, 'cancelled', { outcome: 'tool-error', text: 'the server cancelled the task' }],
    ['an unknown state', {}, 'lost', { outcome: 'schema' }],
  ])('that end in %s have its class', async (_, more, status, expected) => {
    const { driver } = await modern((__, n) => (n === 0 ? CREATED : task(status, more)));
    expect(await drive(driver)).toMatchObject({ polls: 1, ...expected });
  });

  it('that ask for input get it once, by tasks/update', async () => {
    const { server, driver } = await modern((message, n) => {
      if (n === 0) return CREATED;
      if (message.method === 'tasks/update') return { resultType: 'complete' };
      // The request is still listed in the poll after the update.
      return n < 4 ? task('input_required', { inputRequests: ask('who') }) : task('completed', { result: DONE });
    });
    expect(await drive(driver)).toMatchObject({ outcome: 'ok', rounds: 1, polls: 3 });
    const updates = server.seen.filter(({ message }) => message?.method === 'tasks/update');
    expect(updates).toHaveLength(1);
    expect(updates[0]!.message!.params).toMatchObject({ taskId: 't 1', inputResponses: { who: { action: 'accept' } } });
  });

  it('that take longer than the call may are a timeout, and are cancelled on the server', async () => {
    const { server, driver } = await modern((message, n) =>
      n === 0 ? CREATED : message.method === 'tasks/cancel' ? { resultType: 'complete' } : task('working'),
    );
    expect(await drive(driver, { timeoutMs: 150 })).toMatchObject({ outcome: 'timeout', answered: false });
    await expect.poll(() => server.seen.some(({ message }) => message?.method === 'tasks/cancel')).toBe(true);
  });

  it('whose poll fails end as the poll does', async () => {
    const { driver } = await modern((_, n) => (n === 0 ? CREATED : -32602));
    expect(await drive(driver)).toMatchObject({ outcome: 'contract', rpcCode: -32602 });
  });

  it('that are taken back are cancelled, and asked about once more', async () => {
    let cancelledTask = false;
    const { driver } = await modern((message, n) => {
      if (n === 0) return CREATED;
      if (message.method === 'tasks/cancel') cancelledTask = true;
      return message.method === 'tasks/cancel' ? { resultType: 'complete' } : task(cancelledTask ? 'cancelled' : 'working');
    });
    const answer = await new Promise((resolve) => {
      const cancel = driver.start(callOf(), resolve);
      setTimeout(() => cancel('cancelled'), 100);
    });
    expect(answer).toMatchObject({ outcome: 'cancelled' });
    await expect.poll(() => driver.counters().warnings, { timeout: 3000 }).toEqual({ 'cancelled-work-stopped': 1 });
  });

  it('are counted once when they are taken back while a poll is on its way', async () => {
    let polled = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      polled = resolve;
    });
    const { driver } = await modern((message, n) => {
      if (n === 0) return CREATED;
      if (message.method === 'tasks/cancel') return { resultType: 'complete' };
      if (n > 1) return task('cancelled');
      polled();
      return undefined;
    });
    const answer = new Promise((resolve) => {
      const cancel = driver.start(callOf(), resolve);
      void waiting.then(() => cancel('cancelled'));
    });
    expect(await answer).toMatchObject({ outcome: 'cancelled' });
    await expect.poll(() => driver.counters().warnings, { timeout: 3000 }).toEqual({ 'cancelled-work-stopped': 1 });
  });

  it('are not followed when the scenario does not declare them', async () => {
    const { driver } = await modern(() => CREATED, { ...CLIENT, tasks: false });
    expect((await drive(driver)).outcome).toBe('unsupported-interaction');
  });
});

describe('replies', () => {
  it('have delays of their law', () => {
    const random = seededRandom(7);
    const draws = (law: Parameters<typeof drawMs>[0]) => Array.from({ length: 20_000 }, () => drawMs(law, random()));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(new Set(draws({ law: 'constant', ms: 70 }))).toEqual(new Set([70]));
    const uniform = draws({ law: 'uniform', fromMs: 100, toMs: 300 });
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...uniform)).toBeLessThan(300);
    expect(Math.abs(mean(uniform) - 200)).toBeLessThan(5 * (200 / Math.sqrt(12) / Math.sqrt(20_000)));
    const exponential = draws({ law: 'exponential', meanMs: 100 });
    expect(Math.abs(mean(exponential) - 100)).toBeLessThan(5 * (100 / Math.sqrt(20_000)));
    // P(X > 2 mean) = exp(-2) = 0.1353.
    expect(exponential.filter((value) => value > 200).length / 20_000).toBeCloseTo(0.135, 1.6);
  });

  it('are the capabilities that are declared, and no others', () => {
    expect(capabilitiesOf(undefined, true)).toEqual({});
    expect(capabilitiesOf(CLIENT, false)).toEqual({ elicitation: {} });
    expect(capabilitiesOf(CLIENT, true)).toEqual({ elicitation: {}, extensions: { 'io.modelcontextprotocol/tasks': {} } });
  });
});
