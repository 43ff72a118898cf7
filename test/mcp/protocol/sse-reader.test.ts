import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SseReader } from '../../../src/mcp/protocol/sse-reader.js';

function read(chunks: readonly Uint8Array[], lineLimit = 1e6): { readonly events: readonly string[]; readonly tooLong: number } {
  const events: string[] = [];
  let tooLong = 0;
  const reader = new SseReader({ onEvent: (data) => events.push(data) > 0, onLineTooLong: () => tooLong++ }, lineLimit);
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  return { events, tooLong };
}

function split(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((place, index) => bytes.subarray(places[index], place));
}

const text = fc.string({ unit: fc.constantFrom('a', '{', '"', ' ', ':', 'é', '€', '😀', '\u2028'), maxLength: 12 });
const data = fc.array(text, { minLength: 1, maxLength: 3 });
/** A piece of a stream as lines, and the data that it gives, if any. */
const piece = fc.oneof(
  data.map((lines) => ({ lines: [...lines.map((line) => `data: ${line}`), ''], gives: [lines.join('\n')] })),
  data.map((lines) => ({
    lines: ['event: message', 'id: 7', ...lines.map((line) => `data: ${line}`), ''],
    gives: [lines.join('\n')],
  })),
  text.map((line) => ({ lines: [`: ${line}`], gives: [] })),
  text.map((line) => ({ lines: [`: ${line}`, ''], gives: [] })),
  fc.constant({ lines: ['id: 1', 'data:', ''], gives: [''] }),
  fc.constant({ lines: ['id: 1', 'data', ''], gives: [''] }),
  fc.constant({ lines: ['retry: 500', ''], gives: [] }),
  text.map((line) => ({ lines: ['event: ping', `data: ${line}`, ''], gives: [] })),
);

describe('SseReader', () => {
  it('gives the same events however lines end and wherever the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        fc.array(fc.nat(), { maxLength: 20 }),
        (pieces, lineEnd, mark, cuts) => {
          const stream = (mark ? '\ufeff' : '') + pieces.flatMap(({ lines }) => lines.map((line) => line + lineEnd)).join('');
          expect(read(split(Buffer.from(stream, 'utf8'), cuts)).events).toEqual(pieces.flatMap(({ gives }) => gives));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('gives the same when every byte comes alone', () => {
    const bytes = Buffer.from('\ufeff: hi\r\nid: 1\r\ndata:\r\n\r\ndata: {"a":"€😀"}\r\n\r\n', 'utf8');
    expect(read([...bytes].map((byte) => Uint8Array.of(byte))).events).toEqual(['', '{"a":"€😀"}']);
  });

  it('does not wait for a line feed after a carriage return', () => {
    expect(read([Buffer.from('data: now\r\r')]).events).toEqual(['now']);
    expect(read([Buffer.from('data: a\r'), Buffer.from('\n\r\n'), Buffer.from('data: b\n\n')]).events).toEqual(['a', 'b']);
  });

  it('takes one blank after the colon away, not two', () => {
    expect(read([Buffer.from('data:  x\n\ndata:y\n\n')]).events).toEqual([' x', 'y']);
  });

  it('gives no event that the end of the stream cuts off', () => {
    expect(read([Buffer.from('data: whole\n\ndata: half\n')]).events).toEqual(['whole']);
  });

  it('stops at a line over the limit, at once and once, however it is cut', () => {
    const long = Buffer.from(`data: ok\n\ndata: ${'x'.repeat(100)}\n\ndata: after\n\n`);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 10 }), (cuts) => {
        expect(read(split(long, cuts), 50)).toEqual({ events: ['ok'], tooLong: 1 });
      }),
    );
    expect(read([Buffer.from('x'.repeat(51))], 50).tooLong).toBe(1);
  });

  it('reads on nothing once the sink has what it wants', () => {
    const events: string[] = [];
    const reader = new SseReader({ onEvent: (data) => events.push(data) < 1, onLineTooLong: () => {} }, 100);
    reader.push(Buffer.from('data: 1\n\ndata: 2\n\n'));
    reader.push(Buffer.from('data: 3\n\n'));
    expect(events).toEqual(['1']);
  });
});
