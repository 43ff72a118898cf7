import { describe, expect, it } from 'vitest';
import type { ToolDescription } from '../../../src/mcp/driver.js';
import { checkExpectation } from '../../../src/mcp/protocol/expectation.js';
import { cellJson, checkArguments } from '../../../src/mcp/protocol/tool-arguments.js';
import type { Expectation } from '../../../src/scenario/call.js';

const tool: ToolDescription = {
  name: 'search',
  inputSchema: {
    type: 'object',
    properties: { customer: { type: 'integer' }, day: { type: 'string', format: 'made-up-format' } },
    required: ['customer'],
    additionalProperties: false,
  },
  outputSchema: { type: 'object', properties: { total: { type: 'integer' } }, required: ['total'] },
};
const structured = {
  content: [{ type: 'text', text: 'one order\nand more' }],
  structuredContent: { total: 3, 'a/b~c': ['x', { y: 'zed' }] },
};
const textual = {
  content: [
    { type: 'image', data: '', mimeType: '' },
    { type: 'text', text: '{"total":3}' },
  ],
};

describe('checkExpectation', () => {
  it.each<[Expectation, Record<string, unknown>, string | undefined]>([
    [{}, structured, undefined],
    [{}, { content: [], isError: true }, 'isError is true, expected false'],
    [{ error: true }, { content: [], isError: true }, undefined],
    [{ error: true }, structured, 'isError is false, expected true'],
    [{ text: '^one order\\nand' }, structured, undefined],
    [{ text: 'two' }, structured, 'the text does not match /two/'],
    [{ json: { '/total': { min: 3, max: 3, equals: 3, exists: true } } }, structured, undefined],
    [{ json: { '/total': { min: 3 } } }, textual, undefined],
    [{ json: { '/total': { min: 4 } } }, structured, '/total is 3, expected at least 4'],
    [{ json: { '/total': { max: 2 } } }, structured, '/total is 3, expected at most 2'],
    [{ json: { '/total': { equals: '3' } } }, structured, '/total is 3, expected "3"'],
    [{ json: { '/total': { matches: '3' } } }, structured, '/total is 3, expected a text that matches /3/'],
    [{ json: { '/a~1b~0c/1/y': { matches: '^z' } } }, structured, undefined],
    [{ json: { '/a~1b~0c': { equals: ['x', { y: 'zed' }] } } }, structured, undefined],
    [{ json: { '/gone': { min: 1 } } }, structured, '/gone is missing'],
    [{ json: { '/gone': {} } }, structured, '/gone is missing'],
    [{ json: { '/gone': { exists: false } } }, structured, undefined],
    [{ json: { '/total': { exists: false } } }, structured, '/total is there, expected not to be'],
    [{ json: { '/constructor': { exists: false } } }, structured, undefined],
    [{ json: { '/a~1b~0c/01': { exists: true } } }, structured, '/a~1b~0c/01 is missing'],
    [{ json: { '/total': { min: 1 } } }, { content: [{ type: 'text', text: 'no json' }] }, '/total is missing'],
    [{ schema: true }, structured, undefined],
    [{ schema: true }, textual, 'structuredContent is missing'],
    [
      { schema: true },
      { structuredContent: { total: 1.5 } },
      'structuredContent breaks the outputSchema: /total must be integer',
    ],
  ])('%j on %j', (expectation, result, verdict) => {
    expect(checkExpectation(expectation, result, tool)).toBe(verdict);
  });

  it('says so when there is no schema to check against, or a broken one', () => {
    expect(checkExpectation({ schema: true }, structured, { name: 'x', inputSchema: {} })).toContain('no outputSchema');
    expect(
      checkExpectation({ schema: true }, structured, { name: 'x', inputSchema: {}, outputSchema: { type: 'nonsense' } }),
    ).toContain('not a valid JSON Schema');
  });

  it('does not hold the answer of a tool that failed to its outputSchema', () => {
    const failed = { isError: true, content: [{ type: 'text', text: 'no' }] };
    expect(checkExpectation({ schema: true, error: true }, failed, tool)).toBeUndefined();
    expect(checkExpectation({ schema: true }, failed, tool)).toContain('isError is true');
  });

  it('does not mix up two tools that share an expectation', () => {
    const expectation = { schema: true };
    const other = { ...tool, outputSchema: { type: 'array' } };
    expect(checkExpectation(expectation, structured, tool)).toBeUndefined();
    expect(checkExpectation(expectation, structured, other)).toContain('must be array');
  });
});

describe('checkArguments', () => {
  it('accepts what fits and names what does not', () => {
    expect(checkArguments(tool, { customer: 1, day: 'any' })).toBeUndefined();
    expect(checkArguments(tool, { customer: '1' })).toBe('/customer must be integer');
    expect(checkArguments(tool, {})).toContain("required property 'customer'");
    expect(checkArguments(tool, { customer: 1, extra: 2 })).toContain('extra');
  });

  it.each<[string, string | undefined, object, unknown]>([
    ['draft-04', 'http://json-schema.org/draft-04/schema#', { type: 'integer', minimum: 0, exclusiveMinimum: true }, 0],
    ['draft-06', 'http://json-schema.org/draft-06/schema#', { items: [{ type: 'string' }] }, [1]],
    ['draft-07', 'http://json-schema.org/draft-07/schema', { items: [{ type: 'string' }] }, [1]],
    [
      '2019-09',
      'https://json-schema.org/draft/2019-09/schema',
      { items: [{ type: 'string' }], additionalItems: false },
      ['a', 1],
    ],
    ['2020-12', 'https://json-schema.org/draft/2020-12/schema', { prefixItems: [{ type: 'string' }] }, [1]],
    ['no draft, and 2020-12', undefined, { prefixItems: [{ type: 'string' }] }, [1]],
    ['no draft, and what was one before', undefined, { items: [{ type: 'string' }] }, [1]],
    ['no draft, and a limit of draft-04', undefined, { type: 'number', maximum: 5, exclusiveMaximum: true }, 5],
  ])('holds arguments to a schema of %s', (_, $schema, a, bad) => {
    const inputSchema = { ...($schema === undefined ? {} : { $schema }), type: 'object', properties: { a } };
    expect(checkArguments({ name: 'x', inputSchema }, { a: bad })).toMatch(/^\/a/);
    expect(checkArguments({ name: 'x', inputSchema }, {})).toBeUndefined();
  });

  it('reads draft-07 where the schema says so, and tolerates a schema that is none', () => {
    const draft = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: { a: { items: [{ type: 'string' }] } },
    };
    expect(checkArguments({ name: 'x', inputSchema: draft }, { a: [1] })).toBe('/a/0 must be string');
    expect(checkArguments({ name: 'x', inputSchema: { type: 'nonsense' } }, { a: 1 })).toBeUndefined();
  });

  it('keeps two tools with the same $id apart', () => {
    const one = { name: 'a', inputSchema: { $id: 'same', type: 'object', required: ['x'] } };
    const two = { name: 'b', inputSchema: { $id: 'same', type: 'object', required: ['y'] } };
    expect(checkArguments(one, { x: 1 })).toBeUndefined();
    expect(checkArguments(two, { x: 1 })).toContain("'y'");
  });
});

describe('cellJson', () => {
  it.each<[string, unknown, unknown]>([
    ['7', { type: 'integer' }, 7],
    ['007', { type: 'integer' }, 7],
    ['007', { type: 'string' }, '007'],
    ['7.5', { type: 'integer' }, '7.5'],
    ['7.5', { type: 'number' }, 7.5],
    ['-1e3', { type: 'number' }, -1000],
    ['', { type: 'number' }, ''],
    ['0x10', { type: 'number' }, '0x10'],
    ['TRUE', { type: 'boolean' }, true],
    ['yes', { type: 'boolean' }, 'yes'],
    ['', { type: ['integer', 'null'] }, null],
    ['5', { type: ['string', 'integer'] }, '5'],
    ['5', { anyOf: [{ type: 'integer' }, { type: 'null' }] }, 5],
    ['[1,2]', { type: 'array' }, [1, 2]],
    ['{"a":1}', { type: 'object' }, { a: 1 }],
    ['{a}', { type: 'object' }, '{a}'],
    ['2', { enum: [1, 2] }, 2],
    ['2', { enum: ['1', '2'] }, '2'],
    ['true', { const: true }, true],
    ['5', {}, '5'],
    ['5', undefined, '5'],
  ])('%j by %j', (cell, schema, value) => {
    expect(JSON.parse(cellJson(cell, schema))).toEqual(value);
  });

  it.each([
    ['9007199254740993', { type: 'integer' }, '9007199254740993'],
    ['-0009007199254740993', { type: 'integer' }, '-9007199254740993'],
    ['+9007199254740993.', { type: 'number' }, '9007199254740993'],
    ['.30000000000000000001', { type: 'number' }, '0.30000000000000000001'],
    ['-.30000000000000000001E5', { type: 'number' }, '-0.30000000000000000001E5'],
    ['1e400', { type: 'number' }, '1e400'],
    ['{"id":\n9007199254740993}', { type: 'object' }, '{"id": 9007199254740993}'],
    ['[9007199254740993]', { type: 'array' }, '[9007199254740993]'],
    ['9007199254740993', { type: 'string' }, '"9007199254740993"'],
  ])('keeps every digit of %s', (cell, schema, json) => {
    expect(cellJson(cell, schema)).toBe(json);
    expect(() => JSON.parse(json)).not.toThrow();
  });
});
