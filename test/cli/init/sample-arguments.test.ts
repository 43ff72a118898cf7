import { describe, expect, it } from 'vitest';
import { madeUpArguments, sampleValue } from '../../../src/cli/init/sample-arguments.js';

describe('sampleValue', () => {
  it.each([
    ['constant', { const: 5, default: 6 }, 5],
    ['default before example', { type: 'string', default: 'd', examples: ['e'] }, 'd'],
    ['example before enum', { type: 'string', examples: ['e'], enum: ['a', 'e'] }, 'e'],
    ['first enum member that is not null', { enum: [null, 'a'] }, 'a'],
    ['string of the least length', { type: 'string', minLength: 12 }, 'exampleeeeee'],
    ['string of the greatest length', { type: 'string', maxLength: 2 }, 'ex'],
    ['format', { type: 'string', format: 'uuid' }, '00000000-0000-4000-8000-000000000000'],
    ['example of the description', { type: 'string', description: "A zone (e.g., 'Europe/London', 'UTC')" }, 'Europe/London'],
    ['no example where a pattern rules', { type: 'string', pattern: '^x', description: "e.g. 'y'" }, 'example'],
    ['integer above a limit', { type: 'integer', exclusiveMinimum: 41 }, 42],
    ['integer below a limit', { type: 'integer', maximum: -3 }, -3],
    ['multiple', { type: 'integer', minimum: 7, multipleOf: 5 }, 10],
    ['nullable type', { type: ['null', 'boolean'] }, false],
    ['array of the least length', { type: 'array', minItems: 2, items: { type: 'integer' } }, [1, 1]],
    ['choice that is not null', { anyOf: [{ type: 'null' }, { type: 'integer' }] }, 1],
    ['no type at all', {}, {}],
  ])('%s', (_name, schema, expected) => {
    expect(sampleValue(schema)).toEqual(expected);
  });

  it('gives an object its required properties only, also through allOf and $ref', () => {
    const schema = {
      type: 'object',
      required: ['customer'],
      properties: { customer: { $ref: '#/$defs/id' }, limit: { type: 'integer' } },
      allOf: [{ required: ['mode'], properties: { mode: { enum: ['fast', 'slow'] } } }],
      $defs: { id: { type: 'integer', minimum: 7 } },
    };
    expect(sampleValue(schema)).toEqual({ customer: 7, mode: 'fast' });
  });

  it('ends on a schema that refers to itself', () => {
    const tree = { type: 'object', required: ['child'], properties: { child: { $ref: '#' } } };
    expect(JSON.stringify(sampleValue(tree)).length).toBeLessThan(500);
  });
});

describe('madeUpArguments', () => {
  it('are required texts and numbers for which the schema names no value', () => {
    const properties = {
      id: { type: 'integer', minimum: 1 },
      name: { $ref: '#/$defs/name' },
      mode: { enum: ['fast'] },
      page: { anyOf: [{ type: 'null' }, { type: 'integer', default: 1 }] },
      size: { type: 'integer', examples: [20] },
      deep: { type: 'boolean' },
      unused: { type: 'string' },
    };
    const schema = { type: 'object', properties, $defs: { name: { type: 'string' } } };
    expect(madeUpArguments({ ...schema, required: ['id', 'name', 'mode', 'page', 'size', 'deep'] })).toEqual(['id', 'name']);
    expect(madeUpArguments({ ...schema, allOf: [{ required: ['id'] }] })).toEqual(['id']);
    expect(madeUpArguments({})).toEqual([]);
  });
});
