import { describe, expect, it } from 'vitest';
import { headerValue, invalidMark, mirroredArguments, pushMirrored } from '../../../src/mcp/protocol/modern-envelope.js';
import { retryAfterMs } from '../../../src/mcp/protocol/retry-after.js';

describe('headerValue', () => {
  it.each([
    ['search_orders', 'search_orders'],
    ['a b\tc', 'a b\tc'],
    ['', '=?base64??='],
    [' x', '=?base64?IHg=?='],
    ['x\t', '=?base64?eAk=?='],
    ['é', '=?base64?w6k=?='],
    ['a\r\nevil: 1', '=?base64?YQ0KZXZpbDogMQ==?='],
    ['\x7f', '=?base64?fw==?='],
    ['=?base64?eA==?=', '=?base64?PT9iYXNlNjQ/ZUE9PT89?='],
  ])('%j', (text, value) => {
    expect(headerValue(text)).toBe(value);
  });
});

describe('mirrored arguments', () => {
  const tool = (properties: Record<string, unknown>) => ({ name: 't', inputSchema: { type: 'object', properties } });

  it('are found through chains of properties, on texts, integers and booleans alone', () => {
    const found = mirroredArguments(
      tool({
        region: { type: 'string', 'x-mcp-header': 'Region' },
        deep: { type: 'object', properties: { count: { type: 'integer', 'x-mcp-header': 'Count' } } },
        list: { type: 'array', items: { type: 'string', 'x-mcp-header': 'No' } },
        ratio: { type: 'number', 'x-mcp-header': 'No' },
        bad: { type: 'string', 'x-mcp-header': 'not a token' },
        plain: { type: 'string' },
      }),
    );
    expect(found).toEqual([
      { header: 'Mcp-Param-Region', path: ['region'] },
      { header: 'Mcp-Param-Count', path: ['deep', 'count'] },
    ]);
  });

  it('are left out where two share a name', () => {
    const twice = tool({ a: { type: 'string', 'x-mcp-header': 'Same' }, b: { type: 'string', 'x-mcp-header': 'same' } });
    expect(mirroredArguments(twice)).toEqual([]);
  });

  it('become headers when they are there', () => {
    const headers: string[] = [];
    const mirrored = ['text', 'no', 'yes', 'whole', 'nothing', 'absent', 'constructor'].map((name) => ({
      header: name,
      path: [name],
    }));
    pushMirrored(headers, mirrored, { text: 'é', no: false, yes: true, whole: -7, nothing: null });
    expect(headers).toEqual(['text', '=?base64?w6k=?=', 'no', 'false', 'yes', 'true', 'whole', '-7']);
  });
});

describe('retryAfterMs', () => {
  const nowMs = Date.UTC(2026, 10, 21, 12, 0, 0);
  it.each([
    ['2', 2000],
    [' 0 ', 0],
    ['Sat, 21 Nov 2026 12:00:05 GMT', 5000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
    ['-1', undefined],
    ['2.5', 2500],
    ['0.0004', 1],
    ['3.', 3000],
    ['.5', undefined],
    ['1.5.5', undefined],
    ['1e3', undefined],
    ['-2.5', undefined],
    ['soon', undefined],
    ['', undefined],
  ])('%j', (value, ms) => {
    expect(retryAfterMs(value, nowMs)).toBe(ms);
  });
});

describe('invalidMark', () => {
  const tool = (properties: Record<string, unknown>) => ({ name: 't', inputSchema: { type: 'object', properties } });

  it('accepts strings, integers and booleans with a header name, nested ones too', () => {
    expect(
      invalidMark(tool({ a: { type: 'string', 'x-mcp-header': 'Region' }, b: { type: 'integer', 'x-mcp-header': 'Level' } })),
    ).toBeUndefined();
    expect(
      invalidMark(tool({ a: { type: 'object', properties: { b: { type: 'boolean', 'x-mcp-header': 'Deep' } } } })),
    ).toBeUndefined();
    expect(invalidMark(tool({ a: { type: 'object' } }))).toBeUndefined();
  });

  it.each([
    ['another type', { a: { type: 'number', 'x-mcp-header': 'Size' } }, /only strings/],
    ['no type', { a: { 'x-mcp-header': 'Size' } }, /only strings/],
    ['an empty name', { a: { type: 'string', 'x-mcp-header': '' } }, /not a header name/],
    ['a name with a blank', { a: { type: 'string', 'x-mcp-header': 'Two words' } }, /not a header name/],
    ['a mark that is no text', { a: { type: 'string', 'x-mcp-header': 7 } }, /not a header name/],
    ['a name twice', { a: { type: 'string', 'x-mcp-header': 'X' }, b: { type: 'string', 'x-mcp-header': 'x' } }, /there twice/],
  ])('refuses %s', (_, properties, words) => {
    expect(invalidMark(tool(properties as Record<string, unknown>))).toMatch(words);
  });
});
