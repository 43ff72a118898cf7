import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { LineReader } from '../../src/mcp/channel/line-reader.js';
import { createDriver } from '../../src/mcp/create-driver.js';
import { OUTCOME_CLASSES } from '../../src/scenario/outcome.js';
import { callOf, drive, targetOf } from '../fixtures/drive-call.js';

interface Read {
  readonly lines: readonly string[];
  readonly tooLong: boolean;
}

function readAll(pieces: readonly Buffer[], limitBytes: number): Read {
  const lines: string[] = [];
  let tooLong = false;
  const sink = {
    onLine: (text: string) => void lines.push(text),
    onLineTooLong: () => {
      tooLong = true;
    },
  };
  const reader = new LineReader(sink, limitBytes);
  for (const piece of pieces) reader.push(piece, 0);
  return { lines, tooLong };
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const edges = [...new Set([0, ...at.map((each) => each % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  return edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
}

/** The same by splitting the whole: lines up to the first that is too long, empty ones left out. */
function expectedOf(bytes: Buffer, limitBytes: number): Read {
  const parts: Buffer[] = [];
  let rest = bytes;
  for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
    parts.push(rest.subarray(0, end));
    rest = rest.subarray(end + 1);
  }
  const long = [...parts, rest].findIndex((part) => part.length > limitBytes);
  const whole = long < 0 ? parts : parts.slice(0, long);
  return { lines: whole.filter((part) => part.length > 0).map((part) => part.toString('utf8')), tooLong: long >= 0 };
}

describe('lines of random bytes', () => {
  it('are the same however they are cut, also inside characters and at the limit', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('', '{"jsonrpc":"2.0","id":1}', 'é€😀', '\r'),
    );
    const text = fc.array(line, { maxLength: 12 }).map((lines) => Buffer.from(lines.join('\n')));
    const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each));
    fc.assert(
      fc.property(
        fc.oneof(text, bytes),
        fc.array(fc.nat(500), { maxLength: 12 }),
        fc.integer({ min: 1, max: 60 }),
        (input, at, limit) => {
          expect(readAll(cut(input, at), limit)).toEqual(expectedOf(input, limit));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** A server over stdio that answers a call as its arguments say: whole, cut off, with a byte changed, or with other bytes altogether. */
const SERVER = `
const say = (message) => process.stdout.write(JSON.stringify(message) + '\\n');
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === 'initialize')
    say({ jsonrpc: '2.0', id, result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } } });
  else if (method === 'tools/list') say({ jsonrpc: '2.0', id, result: { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] } });
  else if (method === 'tools/call') {
    const { hex, end, at, byte } = params.arguments;
    let bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'é€😀' }] } }));
    if (hex !== undefined) bytes = Buffer.from(hex, 'hex');
    if (end !== undefined) bytes = bytes.subarray(0, end % bytes.length);
    if (at !== undefined) bytes[at % bytes.length] = byte;
    process.stdout.write(Buffer.concat([bytes, Buffer.from('\\n')]));
  } else if (id !== undefined) say({ jsonrpc: '2.0', id, error: { code: -32601, message: 'no' } });
});
`;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe('calls over stdio answered with random bytes', { timeout: 60_000 }, () => {
  it('end once, in time, with a class, and the next one is served', async () => {
    const driver = createDriver({
      target: targetOf([], { transport: 'stdio', command: [process.execPath, '-e', SERVER], protocol: 'legacy' }),
      classify: [],
      maxInFlight: 10,
      handshakeTimeoutMs: 10_000,
    });
    closing.push(() => driver.close());
    await driver.open(1);
    const call = (how: object, timeoutMs: number) =>
      drive(driver, { ...callOf(), argumentsJson: JSON.stringify(how), timeoutMs });
    const how = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => ({ hex: Buffer.from(bytes).toString('hex') })),
      fc.record({ end: fc.nat(100) }),
      fc.record({ at: fc.nat(100), byte: fc.nat(255) }),
    );
    await fc.assert(
      fc.asyncProperty(how, async (each) => {
        const startedMs = performance.now();
        const started = call(each, 200);
        const answer = await started;
        expect(OUTCOME_CLASSES).toContain(answer.outcome);
        expect(started.times()).toBe(1);
        // The timeout is the longest that anything may take; a busy machine gets a second on top.
        expect(performance.now() - startedMs).toBeLessThan(1200);
        expect((await call({}, 5000)).outcome).toBe('ok');
      }),
      { numRuns: 50 },
    );
  });
});
