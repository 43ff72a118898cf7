import { fork } from 'node:child_process';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/mcp/call/clock.js';
import { WireFailure } from '../../../src/mcp/call/wire-failure.js';
import { DEFAULT_LIMITS, type DriverLimits } from '../../../src/mcp/driver-options.js';
import { ControlClient } from '../../../src/mcp/http/control-client.js';
import type { ControlRequest } from '../../../src/mcp/http/control-exchange.js';
import { Dialer } from '../../../src/mcp/http/dialer.js';
import { listen } from '../../fixtures/listen.js';

function channelTo(port: number, limits: Partial<DriverLimits> = {}): { channel: ControlClient; dialer: Dialer } {
  const dialer = new Dialer();
  const channel = new ControlClient(new URL(`http://127.0.0.1:${port}/mcp`), dialer, systemClock, {
    ...DEFAULT_LIMITS,
    ...limits,
  });
  onTestFinished(async () => {
    await channel.close();
    dialer.close();
  });
  return { channel, dialer };
}

async function served(answer: (response: ServerResponse, count: number) => void) {
  let count = 0;
  const server = await listen(createServer((request, response) => request.resume().on('end', () => answer(response, ++count))));
  onTestFinished(() => server.close());
  return { server, requests: () => count };
}

const ask = (more: Partial<ControlRequest> = {}): ControlRequest => ({
  method: 'POST',
  headers: ['content-type', 'application/json'],
  body: '{"jsonrpc":"2.0","id":1,"method":"x"}',
  timeoutMs: 2000,
  onMessage: () => true,
  ...more,
});
const JSON_TYPE = { 'content-type': 'application/json' };
const SSE_TYPE = { 'content-type': 'text/event-stream' };

describe('a request of the side channel', () => {
  it('keeps its time limit while it waits for a connection, and is not sent after it', async () => {
    const { server, requests } = await served(() => {});
    const { channel } = channelTo(server.port);
    const ended: number[] = [];
    const send = (timeoutMs: number) =>
      channel.send(ask({ timeoutMs })).catch((error: unknown) => {
        ended.push(timeoutMs);
        return error;
      });
    // All sixteen connections are taken for 600 ms, so what comes after them would wait for a connection longer than it may.
    const first = Array.from({ length: 16 }, () => send(600));
    const later = await Promise.all(Array.from({ length: 20 }, () => send(100)));
    expect(ended).toEqual(Array(20).fill(100));
    for (const failure of later) expect(failure).toMatchObject({ kind: 'timeout', message: 'no answer within 100 ms' });
    for (const failure of await Promise.all(first)) expect(failure).toMatchObject({ kind: 'timeout' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(requests()).toBe(16);
    await channel.close();
    await expect.poll(() => server.sockets.size).toBe(0);
  });

  it('keeps its time limit while its connection is being made', async () => {
    const child = fork(fileURLToPath(new URL('../../fixtures/tiny-backlog-server.js', import.meta.url)));
    const stuck: Socket[] = [];
    onTestFinished(() => {
      for (const socket of stuck) socket.destroy();
      child.kill('SIGKILL');
    });
    const port = await new Promise<number>((resolve) => child.once('message', (message) => resolve(Number(message))));
    // A stopped process accepts nothing: once its backlog is full the kernel drops what comes, as a firewall does.
    child.kill('SIGSTOP');
    for (let i = 0; i < 8; i++) stuck.push(connect(port, '127.0.0.1').on('error', () => {}));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { channel, dialer } = channelTo(port);
    await expect(channel.send(ask({ timeoutMs: 200 }))).rejects.toMatchObject({ kind: 'timeout' });
    expect(dialer.opened).toBe(0);
  });

  it.each<[string, (response: ServerResponse) => void, Partial<DriverLimits>, object]>([
    [
      'too much JSON',
      (r) => r.writeHead(200, JSON_TYPE).end(`"${'x'.repeat(5000)}"`),
      { answerBytes: 1000 },
      { kind: 'too-large' },
    ],
    [
      'an endless stream',
      (r) => r.writeHead(200, SSE_TYPE).write(`: ${'x'.repeat(5000)}\n`),
      { answerBytes: 1000 },
      { kind: 'too-large' },
    ],
    [
      'a line without end',
      (r) => r.writeHead(200, SSE_TYPE).write('x'.repeat(5000)),
      { sseLineLength: 1000 },
      { kind: 'too-large' },
    ],
    [
      'JSON that breaks off',
      (r) => r.writeHead(200, { ...JSON_TYPE, 'content-length': 99 }).write('{', () => r.destroy()),
      {},
      { kind: 'reset' },
    ],
    ['a stream that breaks off', (r) => r.writeHead(200, SSE_TYPE).write('data: {}', () => r.destroy()), {}, { kind: 'reset' }],
    [
      'an endless page',
      (r) => r.writeHead(200, { 'content-type': 'text/html' }).write('<p>'.repeat(5000)),
      {},
      { kind: 'content-type', details: { status: 200, contentType: 'text/html' } },
    ],
    ['an endless refusal', (r) => r.writeHead(503).write('no'.repeat(9000)), {}, { kind: 'status', details: { status: 503 } }],
    ['a refusal that never ends', (r) => r.writeHead(503).write('no'), {}, { kind: 'timeout' }],
  ])('is answered with %s', async (_, answer, limits, failure) => {
    const { server } = await served(answer);
    const { channel } = channelTo(server.port, limits);
    const error = await channel.send(ask({ timeoutMs: 400, onMessage: () => false })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WireFailure);
    expect(error).toMatchObject(failure);
    if (error instanceof WireFailure) expect(error.details.bodyText?.length ?? 0).toBeLessThanOrEqual(8192);
    await channel.close();
    await expect.poll(() => server.sockets.size).toBe(0);
  });

  it('has its answer when the message comes, though the stream goes on, and its connection is used again once that ends', async () => {
    let end = (): void => {};
    const { server } = await served((response, count) => {
      response.writeHead(200, { ...SSE_TYPE, 'mcp-session-id': `s${count}` }).write('data: {"answer":1}\n\n');
      end = () => response.end(': that was all\n\n');
    });
    const { channel, dialer } = channelTo(server.port);
    const messages: unknown[] = [];
    const onMessage = (message: unknown): boolean => messages.push(message) > 0;
    expect(await channel.send(ask({ onMessage }))).toEqual({ status: 200, sessionId: 's1', satisfied: true });
    end();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await channel.send(ask({ onMessage }))).toEqual({ status: 200, sessionId: 's2', satisfied: true });
    expect(messages).toEqual([{ answer: 1 }, { answer: 1 }]);
    expect(dialer.opened).toBe(1);
  });

  it('does not read for ever what comes after its answer', async () => {
    let closed = false;
    const { server } = await served((response) => {
      response.writeHead(200, SSE_TYPE).write('data: {}\n\n');
      const more = setInterval(() => response.write(`: ${'x'.repeat(20_000)}\n`), 5);
      response.on('close', () => {
        clearInterval(more);
        closed = true;
      });
    });
    const { channel } = channelTo(server.port);
    await channel.send(ask({ timeoutMs: 60_000 }));
    await expect.poll(() => closed).toBe(true);
  });

  it('is given up when the channel is closed, and nothing is sent any more', async () => {
    const { server, requests } = await served(() => {});
    const { channel } = channelTo(server.port);
    const ends = Promise.allSettled(Array.from({ length: 20 }, () => channel.send(ask())));
    await expect.poll(requests).toBe(16);
    await channel.close();
    for (const end of await ends) expect(end).toMatchObject({ status: 'rejected', reason: { kind: 'closed' } });
    await expect(channel.send(ask())).rejects.toMatchObject({ kind: 'closed' });
    await expect.poll(() => server.sockets.size).toBe(0);
    expect(requests()).toBe(16);
  });
});
