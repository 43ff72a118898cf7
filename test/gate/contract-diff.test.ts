import { describe, expect, it } from 'vitest';
import { contractDiff } from '../../src/gate/contract-diff.js';

const tool = (name: string, inputSchema: unknown) => ({ name, inputSchema });
const schema = {
  type: 'object',
  properties: { customer: { type: 'integer', minimum: 1 }, limit: { type: 'integer', maximum: 100 }, kind: { enum: ['a', 'b'] } },
  required: ['customer'],
  additionalProperties: false,
};
const diff = (after: unknown) => contractDiff([tool('search', schema)], [tool('search', after)]);

describe('contractDiff', () => {
  it('finds nothing where only the order of keys, of required and of enum differs', () => {
    const { properties, ...rest } = schema;
    expect(diff({ ...rest, properties: { ...properties, kind: { enum: ['b', 'a'] } } })).toEqual([]);
    expect(diff({ ...schema, title: 'Search', description: 'Finds orders' })).toEqual([]);
  });

  it('names tools that went and came', () => {
    expect(contractDiff([tool('a', {}), tool('b', {})], [tool('b', {}), tool('c', {})])).toEqual([
      { tool: 'a', what: 'removed', text: 'is gone' },
      { tool: 'c', what: 'added', text: 'is new' },
    ]);
  });

  it.each([
    [{ ...schema, required: ['customer', 'limit'] }, 'limit is required now'],
    [{ ...schema, required: [] }, 'customer is no longer required'],
    [
      { ...schema, properties: { ...schema.properties, limit: { type: 'string', maximum: 100 } } },
      'type of limit: "integer" became "string"',
    ],
    [
      { ...schema, properties: { ...schema.properties, limit: { type: 'integer', maximum: 50 } } },
      'maximum of limit: 100 became 50',
    ],
    [{ ...schema, properties: { ...schema.properties, kind: { enum: ['a'] } } }, 'enum of kind: ["a","b"] became ["a"]'],
    [{ ...schema, additionalProperties: true }, 'additionalProperties of the arguments: false became true'],
    [{ ...schema, properties: { customer: schema.properties.customer, kind: schema.properties.kind } }, 'limit is gone'],
    [{ ...schema, properties: { ...schema.properties, page: { type: 'integer' } } }, 'page is new'],
    [{ ...schema, anyOf: [{}] }, 'the arguments changed (anyOf)'],
  ])('says in words what changed %#', (after, text) => {
    expect(diff(after)).toEqual([{ tool: 'search', what: 'changed', text }]);
  });

  it('looks into nested objects and lists, and stops at five changes', () => {
    const nested = (type: string) => ({ properties: { filter: { properties: { tags: { type: 'array', items: { type } } } } } });
    expect(contractDiff([tool('t', nested('string'))], [tool('t', nested('number'))])[0]?.text).toBe(
      'type of filter.tags[]: "string" became "number"',
    );
    const many = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`p${at}`, {}]));
    expect(contractDiff([tool('t', {})], [tool('t', { properties: many })])[0]?.text).toMatch(/; and 3 more$/);
  });

  it('reads whatever a server lists without falling', () => {
    for (const odd of [undefined, null, 7, 'x', [], { properties: [] }, { required: 'all' }, { properties: { a: null } }]) {
      expect(() => contractDiff([tool('t', odd)], [tool('t', schema)])).not.toThrow();
      expect(() => contractDiff([tool('t', schema)], [tool('t', odd)])).not.toThrow();
    }
  });
});
