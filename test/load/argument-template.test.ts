import { describe, expect, it } from 'vitest';
import { compileArguments, rowOf } from '../../src/load/argument-template.js';
import { planCalls } from '../../src/load/call-plan.js';
import { Mix } from '../../src/load/mix.js';
import type { Json } from '../../src/scenario/file/json.js';
import type { Feed } from '../../src/scenario/scenario.js';
import { scenarioOf } from './scenario-of.js';

const customers: Feed = {
  order: 'sequential',
  source: 'csv',
  rows: [
    { id: '7', name: 'Ann "A" O\\Neil' },
    { id: '8', name: 'Bö' },
  ],
};
const typed: Feed = { order: 'sequential', source: 'rows', rows: [{ v: { deep: [1, null] } }, { v: true }] };
const compile = (args: Json) =>
  compileArguments(args, { seed: 1, data: { customers, typed }, cellJson: (cell) => JSON.stringify(cell) });
const render = (args: Json, arrival = 0, saved = new Map<string, unknown>()): unknown =>
  JSON.parse(compile(args).render(arrival, saved));

describe('compileArguments', () => {
  it('makes one text of arguments without variables', () => {
    const args = { a: [1, 'x', { b: null }], c: {}, d: '', e: 'a \\{{ b', f: true, 'k"': 1.5 };
    const { constant } = compile(args);
    expect(JSON.parse(constant ?? '')).toEqual({ ...args, e: 'a {{ b' });
  });

  it('keeps the type of a variable that stands alone, and makes text of all others', () => {
    expect(render({ n: '{{ seq }}', t: 'no. {{ seq }}' }, 3)).toEqual({ n: 3, t: 'no. 3' });
    expect(render({ v: '{{ typed.v }}' }, 0)).toEqual({ v: { deep: [1, null] } });
    expect(render({ v: '{{ typed.v }}!' }, 1)).toEqual({ v: 'true!' });
    expect(render({ v: '{{ id }}', t: '<{{ id }}>' }, 0, new Map([['id', { x: 1 }]]))).toEqual({ v: { x: 1 }, t: '<{"x":1}>' });
  });

  it('stays valid JSON whatever a cell holds', () => {
    expect(render({ name: '{{ customers.name }}', list: ['{{ customers.name }} / {{ customers.id }}'] })).toEqual({
      name: 'Ann "A" O\\Neil',
      list: ['Ann "A" O\\Neil / 7'],
    });
  });

  it('gives a CSV cell the type that the tool asks for at its place', () => {
    const scenario = scenarioOf({
      data: { customers },
      calls: [
        {
          type: 'call',
          tool: 'find',
          weight: 1,
          arguments: {
            id: '{{ customers.id }}',
            ids: ['{{ customers.id }}'],
            text: '{{ customers.id }}',
            mixed: 'c{{ customers.id }}',
          },
        },
      ],
    });
    const integer = { type: 'integer' };
    const properties = {
      id: integer,
      ids: { type: 'array', items: integer },
      text: { type: 'string' },
      mixed: { type: 'string' },
    };
    const plan = planCalls(scenario, [{ name: 'find', inputSchema: { type: 'object', properties } }]);
    const step = plan.arrivals[0]?.steps[0];
    expect(JSON.parse(step?.arguments.render(1, new Map()) ?? '')).toEqual({ id: 8, ids: [8], text: '8', mixed: 'c8' });
  });

  it('refuses a value that was never saved', () => {
    expect(() => render({ id: '{{ id }}' })).toThrow(/nothing was saved as id/);
  });
});

describe('data feeds', () => {
  it('takes rows in order, or by chance; the same row for the same arrival', () => {
    expect([0, 1, 2, 3].map((arrival) => rowOf(customers, 'customers', 1, arrival))).toEqual([0, 1, 0, 1]);
    const many: Feed = { order: 'random', source: 'rows', rows: Array.from({ length: 10 }, (_, i) => ({ i })) };
    const drawn = Array.from({ length: 20_000 }, (_, arrival) => rowOf(many, 'many', 1, arrival));
    expect(drawn.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, arrival) => rowOf(many, 'many', 1, arrival)));
    // Chi-square with 9 degrees of freedom: 27.9 at 0.1 %.
    const counts = many.rows.map((_, row) => drawn.filter((other) => other === row).length);
    expect(counts.reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0)).toBeLessThan(27.9);
    expect(drawn.slice(0, 50)).not.toEqual(Array.from({ length: 50 }, (_, arrival) => rowOf(many, 'other', 1, arrival)));
  });
});

describe('Mix', () => {
  it('chooses by weight', () => {
    const mix = new Mix([8, 2, 1], 5);
    const counts = [0, 0, 0];
    for (let i = 0; i < 110_000; i++) counts[mix.choose(i)]! += 1;
    // Chi-square with 2 degrees of freedom: 13.8 at 0.1 %.
    const expected = [80_000, 20_000, 10_000];
    expect(counts.reduce((sum, n, i) => sum + (n - expected[i]!) ** 2 / expected[i]!, 0)).toBeLessThan(13.8);
  });
});
