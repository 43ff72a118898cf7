import { type AddressInfo, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { SseReader } from '../../src/mcp/protocol/sse-reader.js';
import { OUTCOME_CLASSES } from '../../src/scenario/outcome.js';
import { callOf, drive, driverFor } from '../fixtures/drive-call.js';

/** What a reader made of bytes that came in these pieces. */
function readAll(
  pieces: readonly Uint8Array[],
  lineLimit = 10_000,
): { readonly events: readonly string[]; readonly tooLong: boolean } {
  const events: string[] = [];
  let tooLong = false;
  const onLineTooLong = (): void => {
    tooLong = true;
  };
  const reader = new SseReader({ onEvent: (data) => events.push(data) < 1000, onLineTooLong }, lineLimit);
  for (const piece of pieces) if (piece.length > 0) reader.push(Buffer.from(piece));
  return { events, tooLong };
}

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const edges = [...new Set([0, ...at.map((each) => each % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  return edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
}

describe('event streams of random bytes', () => {
  it('give the same events however they are cut, and never throw', () => {
    const line = fc.oneof(
      fc.constantFrom(
        'data: {"a":1}',
        'data:',
        'id: 7',
        'retry: 5',
        'event: ping',
        ': note',
        '',
        'data',
        'nonsense',
        'data: é€😀',
      ),
      fc.string({ maxLength: 20 }),
    );
    const text = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r', '\n\n')))
      .map((lines) => Buffer.from(lines.flat().join('')));
    fc.assert(
      fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 400 })), fc.array(fc.nat(500), { maxLength: 12 }), (bytes, at) => {
        expect(readAll(cut(bytes, at))).toEqual(readAll([bytes]));
      }),
      { numRuns: 500 },
    );
  });

  it('stop at the limit of a line, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 101, max: 400 }), fc.array(fc.nat(400), { maxLength: 6 }), (length, at) => {
        const bytes = Buffer.from(`data: ${'x'.repeat(length)}\n\n`);
        expect(readAll(cut(bytes, at), 100)).toEqual({ events: [], tooLong: true });
      }),
    );
  });
});

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A server that makes a clean handshake, and answers each call with raw bytes of the test's, then closes or stays silent. */
async function rawServer(): Promise<{
  readonly url: string;
  readonly sockets: Set<Socket>;
  answer: { bytes: Uint8Array; close: boolean };
}> {
  const sockets = new Set<Socket>();
  const state = { answer: { bytes: new Uint8Array(), close: true } };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    let held = '';
    socket.on('data', (chunk) => {
      held += chunk.toString('latin1');
      for (;;) {
        const head = held.indexOf('\r\n\r\n');
        if (head < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(held)?.[1] ?? 0);
        if (held.length < head + 4 + length) return;
        const body = held.slice(head + 4, head + 4 + length);
        held = held.slice(head + 4 + length);
        const { id, method } = JSON.parse(body || '{}') as { id?: number; method?: string };
        if (method === 'tools/call') {
          socket.write(state.answer.bytes);
          if (state.answer.close) socket.end();
          return;
        }
        const result =
          method === 'initialize'
            ? { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }
            : { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] };
        const text = id === undefined ? '' : JSON.stringify({ jsonrpc: '2.0', id, result });
        socket.write(
          `HTTP/1.1 ${id === undefined ? '202 Accepted' : '200 OK'}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
        );
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(
    () => new Promise((done) => server.close(done)),
    () => {
      for (const socket of sockets) socket.destroy();
    },
  );
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, sockets });
}

const HEADS = {
  nothing: '',
  json: 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n',
  stream: 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n',
  chunked: 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
} as const;
const GOOD = '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"é€😀"}]}}';

describe('calls answered with random bytes', { timeout: 60_000 }, () => {
  it.each(Object.keys(HEADS) as (keyof typeof HEADS)[])('end once, in time, with a class: after %s', async (head) => {
    const server = await rawServer();
    const driver = driverFor(server.url, { protocol: 'legacy' }, { limits: { answerBytes: 100_000, sseLineLength: 10_000 } });
    closing.push(() => driver.close());
    await driver.open(1);
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      // A right answer cut off anywhere, or with one byte changed.
      fc.nat(GOOD.length).map((end) => Buffer.from(head === 'stream' ? `data: ${GOOD}\n\n` : GOOD).subarray(0, end)),
      fc.tuple(fc.nat(GOOD.length - 1), fc.nat(255)).map(([at, byte]) => {
        const bytes = Buffer.from(head === 'stream' ? `data: ${GOOD}\n\n` : GOOD);
        bytes[at] = byte;
        return bytes;
      }),
    );
    await fc.assert(
      fc.asyncProperty(body, fc.boolean(), async (bytes, close) => {
        server.answer = { bytes: Buffer.concat([Buffer.from(HEADS[head]), bytes]), close };
        const startedMs = performance.now();
        // Where the server closes, its end is known long before; a machine that stands still for a moment must not make it a timeout.
        const timeoutMs = close ? 3000 : 200;
        const call = drive(driver, { ...callOf(), timeoutMs });
        const answer = await call;
        expect(OUTCOME_CLASSES).toContain(answer.outcome);
        expect(call.times()).toBe(1);
        // The timeout is the longest that anything may take; a busy machine gets a second on top.
        expect(performance.now() - startedMs).toBeLessThan(timeoutMs + 1000);
        if (close) expect(answer.outcome).not.toBe('timeout');
      }),
      { numRuns: 40 },
    );
    await driver.close();
    for (let i = 0; i < 100 && server.sockets.size > 0; i++) await new Promise((done) => setTimeout(done, 10));
    expect(server.sockets.size).toBe(0);
  });
});
