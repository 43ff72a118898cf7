import { describe, expect, it } from 'vitest';
import { StderrLines } from '../../../src/mcp/channel/stderr-lines.js';

function reading(keptBytes?: number) {
  const lines: string[] = [];
  return { lines, reader: new StderrLines((some) => lines.push(...some), keptBytes) };
}

describe('what a server process prints', () => {
  it('is told in whole lines, whatever pieces it comes in', () => {
    const { lines, reader } = reading();
    const bytes = Buffer.from('first\r\n\nsecond äöü€😀\nthird');
    for (const byte of bytes) reader.push(Buffer.from([byte]));
    expect(lines).toEqual(['first', 'second äöü€😀']);
    reader.end();
    expect(lines).toEqual(['first', 'second äöü€😀', 'third']);
  });

  it('is cut when its share is full, and says so once', () => {
    const { lines, reader } = reading(100);
    for (let i = 0; i < 50; i++) reader.push(Buffer.from(`line ${i}\n`));
    reader.end();
    expect(lines.at(-1)).toBe('[plimsoll: this process has printed 100 bytes, the rest of it is left out]');
    expect(lines.slice(0, -1).join('\n').length).toBeLessThanOrEqual(100);
    expect(lines[0]).toBe('line 0');
    expect(lines.filter((line) => line.startsWith('[plimsoll'))).toHaveLength(1);
  });

  it('holds no line without end', () => {
    const { lines, reader } = reading();
    for (let i = 0; i < 100; i++) reader.push(Buffer.alloc(10_000, 0x78));
    reader.push(Buffer.from('\nnext\n'));
    expect(lines.map((line) => line.length)).toEqual([4000, 4]);
  });
});
