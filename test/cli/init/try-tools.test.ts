import { describe, expect, it } from 'vitest';
import { chooseTools, type ToolChoice } from '../../../src/cli/init/tool-choice.js';
import { tryTools } from '../../../src/cli/init/try-tools.js';
import type { CallAnswer, Driver, ToolDescription } from '../../../src/mcp/driver.js';

type Answer = Readonly<Record<string, unknown>> | string;

const tool = (
  name: string,
  properties: Readonly<Record<string, object>> = {},
  more: Partial<ToolDescription> = {},
): ToolDescription => ({
  name,
  inputSchema: { type: 'object', properties, required: Object.keys(properties) },
  annotations: { readOnlyHint: true },
  ...more,
});

/** Tries tools on a server that answers with `answer`: a text is a tool error. @returns what became of each, and what was called in which order. */
async function tried(tools: readonly ToolDescription[], answer: (name: string, args: Record<string, unknown>) => Answer) {
  const calls: string[] = [];
  const start: Driver['start'] = (call, done) => {
    calls.push(`${call.tool} ${call.argumentsJson}`);
    const said = answer(call.tool, JSON.parse(call.argumentsJson) as Record<string, unknown>);
    const base = { answered: true, endedMs: 0, bytesSent: 0, bytesReceived: 0 };
    const end: CallAnswer =
      typeof said === 'string' ? { ...base, outcome: 'tool-error', text: said } : { ...base, outcome: 'ok', result: said };
    queueMicrotask(() => done(end));
    return () => {};
  };
  const choices = await tryTools({ start } as Driver, chooseTools(tools));
  const of = (name: string): ToolChoice => choices.find((choice) => choice.tool.name === name) as ToolChoice;
  return { calls, of, names: choices.map((choice) => choice.tool.name) };
}

const structured = (value: object): Answer => ({ structuredContent: value, content: [] });
const json = (...values: readonly unknown[]): Answer => ({
  content: values.map((value) => ({ type: 'text', text: JSON.stringify(value) })),
});
const INTEGER = { type: 'integer', minimum: 1 };
const TEXT = { type: 'string' };

describe('tools that are tried', () => {
  it.each([
    ['its id', tool('get_order', { id: INTEGER }), structured({ orders: [{ id: 1001, customer: 5 }] }), { id: 1001 }],
    [
      'its id, named after it',
      tool('get_item', { order_id: INTEGER }),
      structured({ orders: [{ id: 1001 }] }),
      { order_id: 1001 },
    ],
    ['its id, in camel case', tool('getLines', { orderId: TEXT }), json([{ id: 'A-1' }]), { orderId: 'A-1' }],
    ['a text where a number is known', tool('get_order', { id: TEXT }), structured({ orders: [{ id: 7 }] }), { id: '7' }],
    ['a number where a text is known', tool('get_order', { id: INTEGER }), structured({ orders: [{ id: '7' }] }), { id: 7 }],
    ['a longer key', tool('get_order', { id: INTEGER }), structured({ found: [{ order_id: 7 }] }), { id: 7 }],
    ['an answer of several texts', tool('get_order', { id: INTEGER }), json({ id: 3 }, { id: 4 }), { id: 3 }],
    ['a plain list', tool('describe_order', { order: TEXT }), structured({ orders: ['first', 'second'] }), { order: 'first' }],
    [
      'a list of names',
      tool('describe_order', { order_name: TEXT }),
      structured({ orders: [{ name: 'n' }] }),
      { order_name: 'n' },
    ],
  ])('take from what a listing tool answered: %s', async (_what, get, listed, expected) => {
    const { calls, of } = await tried([get, tool('list_orders')], (name) => (name === 'list_orders' ? listed : structured({})));
    expect(calls).toEqual(['list_orders {}', `${get.name} ${JSON.stringify(expected)}`]);
    expect(of(get.name)).toMatchObject({ arguments: expected, madeUp: [] });
    expect(of(get.name).leftOut).toBeUndefined();
  });

  it('take no id of something else', async () => {
    const { calls } = await tried([tool('get_order', { id: INTEGER }), tool('list_customers')], () =>
      structured({ customers: [{ id: 99 }] }),
    );
    expect(calls).toEqual(['list_customers {}', 'get_order {"id":1}']);
  });

  it('are called once each and in an order in which each finds what it needs', async () => {
    const tools = [
      tool('get_line', { line_id: INTEGER }),
      tool('get_order', { id: INTEGER }),
      tool('search_orders', { customer: INTEGER }),
    ];
    const { calls, names } = await tried(tools, (name) =>
      name === 'search_orders' ? structured({ orders: [{ id: 5 }] }) : structured({ id: 5, lines: [{ id: 50 }] }),
    );
    expect(calls).toEqual(['search_orders {"customer":1}', 'get_order {"id":5}', 'get_line {"line_id":50}']);
    expect(names).toEqual(['get_line', 'get_order', 'search_orders']);
  });

  it('stay out with what was answered when they fail', async () => {
    const { of } = await tried([tool('get_order', { id: INTEGER })], () => 'no order 1');
    expect(of('get_order').leftOut).toBe('called once, and it ended as tool-error: no order 1');
  });

  it('are those that read alone', async () => {
    const tools = [
      tool('get_order', {}, { annotations: { destructiveHint: true } }),
      tool('place_order', {}, { annotations: { readOnlyHint: false } }),
      tool('hset', {}, { annotations: {} }),
      tool('list_orders', {}, { annotations: {} }),
    ];
    expect((await tried(tools, () => structured({}))).calls).toEqual(['list_orders {}']);
  });

  it('come in although no argument could be made, once one is known that fits', async () => {
    const id = { type: 'string', pattern: '^ORD-[0-9]{3}$' };
    const tools = [tool('get_order', { id }), tool('list_orders'), tool('get_customer', { id })];
    const { calls, of } = await tried(tools, () => structured({ orders: [{ id: 'x' }, { id: 'ORD-123' }] }));
    expect(calls).toEqual(['list_orders {}', 'get_order {"id":"ORD-123"}']);
    expect(of('get_order').leftOut).toBeUndefined();
    expect(of('get_customer').leftOut).toContain('no arguments could be made');
  });

  it('leave out values that a scenario would read as a variable', async () => {
    const { of } = await tried([tool('list_orders'), tool('get_order', { id: TEXT })], () =>
      structured({ orders: [{ id: '${HOME}' }, { id: '{{ seq }}' }, { id: 'plain' }] }),
    );
    expect(of('get_order').arguments).toEqual({ id: 'plain' });
  });

  it('look at no more of a huge answer than they need', async () => {
    const orders = Array.from({ length: 200_000 }, (_, i) => ({ id: i }));
    const { of } = await tried([tool('list_orders'), tool('get_order', { id: INTEGER })], () => structured({ orders }));
    expect(of('get_order').arguments).toEqual({ id: 1 });
  });
});
