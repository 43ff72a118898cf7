import { describe, expect, it } from 'vitest';
import { parseTemplate, textsIn } from '../../../src/scenario/file/template.js';

describe('parseTemplate', () => {
  it('cuts a text into literals and variables', () => {
    expect(parseTemplate('hello {{ seq }}, {{customers.id}}!').parts).toEqual([
      { type: 'literal', text: 'hello ' },
      { type: 'seq' },
      { type: 'literal', text: ', ' },
      { type: 'feed', feed: 'customers', column: 'id' },
      { type: 'literal', text: '!' },
    ]);
  });

  it('keeps a lone variable as one part, so that its value keeps its type', () => {
    expect(parseTemplate('{{ id }}').parts).toEqual([{ type: 'saved', name: 'id' }]);
  });

  it('takes column names with spaces and dots, as CSV headings have them', () => {
    expect(parseTemplate('{{ c.first name.x }}').parts).toEqual([{ type: 'feed', feed: 'c', column: 'first name.x' }]);
  });

  it('reads \\{{ as two literal braces', () => {
    expect(parseTemplate('a \\{{ b }} {{ seq }}').parts).toEqual([{ type: 'literal', text: 'a {{ b }} ' }, { type: 'seq' }]);
  });

  it.each([
    ['x {{ seq', 2],
    ['{{ }}', 0],
    ['ab{{ 1x }}', 2],
    ['{{ feed. }}', 0],
    ['{{ a b }}', 0],
  ])('tells where %j cannot be read', (text, offset) => {
    const { errors } = parseTemplate(text);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ offset });
  });

  it('has no parts for an empty text and one for a plain text', () => {
    expect(parseTemplate('')).toEqual({ parts: [], errors: [] });
    expect(parseTemplate('a } b { c').parts).toEqual([{ type: 'literal', text: 'a } b { c' }]);
  });
});

describe('textsIn', () => {
  it('finds every string with its path', () => {
    expect(textsIn({ a: ['x', 1, { b: 'y' }], c: null })).toEqual([
      { path: ['a', 0], text: 'x' },
      { path: ['a', 2, 'b'], text: 'y' },
    ]);
  });
});
