import { describe, expect, it } from 'vitest';
import type { ToolDescription } from '../../../src/mcp/driver.js';
import { whyMayWrite } from '../../../src/mcp/protocol/tool-effect.js';

const tool = (name: string, more: Partial<ToolDescription> = {}): ToolDescription => ({
  name,
  inputSchema: { type: 'object' },
  ...more,
});
const withKeys = (...keys: readonly string[]): Partial<ToolDescription> => ({
  inputSchema: { type: 'object', properties: Object.fromEntries(keys.map((key) => [key, { type: 'string' }])) },
});

describe('a tool that says nothing of itself', () => {
  it.each([
    'get',
    'get_order',
    'getOrder',
    'GetOrder',
    'get-order',
    'GET_ORDER',
    'list_commits',
    'listPullRequests',
    'search_orders',
    'find_places',
    'describe-table',
    'show_status',
    'count_rows',
    'echo',
    'ping',
    'status',
    'read_file',
    'orders.get',
    'orders__list_orders',
    'orders/get_order',
    'getURL',
    'get_address',
    'list_posts',
    'get_settings',
  ])('reads, by its name: %s', (name) => expect(whyMayWrite(tool(name))).toBeUndefined());

  it.each([
    // The Redis server.
    'hset',
    'lpop',
    'expire',
    'xgroup_destroy',
    'set',
    'json_set',
    'redis.hset',
    // Words of change behind one of reading.
    'get_or_create_user',
    'getAndDelete',
    'get-and-set',
    'getAndIncrement',
    'list_push',
    'listAppend',
    'find_and_modify',
    'findOneAndUpdate',
    'search_and_replace',
    'read_write',
    'status_update',
    'count.reset',
    'orders__get__delete',
    'get_and_order',
    'GET_THEN_PURGE',
    'getdel',
    'show_getanddelete',
    // No word of reading at all.
    'query',
    'query_database',
    'run_query',
    'do_it',
    'orders_get',
    'server__hset',
    'gettysburg',
    // Not English.
    'obtener_pedido',
    'löschen',
    'get_löschen',
    '注文を削除',
    'get注文',
  ])('may write, by its name: %s', (name) => expect(whyMayWrite(tool(name))).toMatch(/^not marked as read-only, and /));

  it.each([
    'Creates the entry if it is missing',
    'Returns the next job and removes it from the queue.',
    'Get a key, and set it to a new value',
    'The message is deleted after it was read.',
    'Writing to the log first, then reading',
    'Used to run SQL',
    'Overwrites the file.',
    'Purges the cache (all of it).',
    'Orders a pizza',
    'Gets an order. Deletion is permanent.',
    'Gibt die Bestellung zurück',
    'Elimina el pedido entero',
    '删除订单',
  ])('may write, by its description: %s', (description) =>
    expect(whyMayWrite(tool('get_x', { description }))).toContain('description'),
  );

  it.each([
    'Orders of a customer, newest first',
    'Returns the settings of a user',
    'Echoes back the input',
    'List issues, commits and pull requests of a repository',
    'A set of rows in sort order',
    'Get the current time',
  ])('reads, by its description: %s', (description) => expect(whyMayWrite(tool('get_x', { description }))).toBeUndefined());

  it.each([
    'overwrite',
    'force',
    'sql',
    'command',
    'dryRun',
    'dry_run',
    'deleteAfterRead',
    'create_if_missing',
    'createifmissing',
    'method',
  ])('may write, by an argument: %s', (key) =>
    expect(whyMayWrite(tool('get_x', withKeys('id', key)))).toContain(`its argument ${key} speaks of a change`),
  );

  it.each(['query', 'start', 'stop', 'order', 'sort', 'created_after', 'includeDeleted', 'updatedSince', 'address', 'limit'])(
    'reads, with an argument: %s',
    (key) => expect(whyMayWrite(tool('search_x', withKeys(key)))).toBeUndefined(),
  );

  it('may write, by an argument however deep, and by what is said of one', () => {
    const deep = { type: 'object', properties: { options: { anyOf: [{ type: 'null' }, { $ref: '#/$defs/o' }] } } };
    const inputSchema = { ...deep, $defs: { o: { type: 'object', properties: { overwrite: { type: 'boolean' } } } } };
    expect(whyMayWrite(tool('get_x', { inputSchema }))).toContain('its argument overwrite');
    const said = { type: 'object', properties: { peek: { type: 'boolean', description: 'If false, removes the message' } } };
    expect(whyMayWrite(tool('get_x', { inputSchema: said }))).toContain('its argument peek speaks of a change (removes)');
  });

  it('ends on a schema of any depth', () => {
    let schema: Record<string, unknown> = { type: 'string' };
    for (let i = 0; i < 20_000; i++) schema = { type: 'object', properties: { a: schema } };
    expect(whyMayWrite(tool('get_x', { inputSchema: schema }))).toBeUndefined();
  });
});

describe('a tool that is marked', () => {
  const marked = (name: string, annotations: Readonly<Record<string, unknown>>): string | undefined =>
    whyMayWrite(tool(name, { annotations }));

  it('as read-only reads, whatever it is called', () => {
    expect(marked('execute_sql', { readOnlyHint: true })).toBeUndefined();
    expect(marked('execute_sql', { readOnlyHint: true, destructiveHint: false })).toBeUndefined();
  });

  it('as destructive, as not read-only, or as both at once may write, whatever it is called', () => {
    expect(marked('get_order', { destructiveHint: true })).toBe('marked as destructive by the server');
    expect(marked('get_order', { readOnlyHint: false })).toBe('marked as not read-only by the server');
    expect(marked('get_order', { readOnlyHint: false, destructiveHint: false })).toBe('marked as not read-only by the server');
    expect(marked('get_order', { readOnlyHint: true, destructiveHint: true })).toContain('at once');
  });

  it('with something that is no mark may write', () => {
    expect(marked('get_order', { readOnlyHint: 'true' })).toBe('its readOnlyHint is "true", which is neither true nor false');
    expect(marked('get_order', { destructiveHint: 'yes' })).toBe('marked as destructive by the server');
  });

  it('as nothing that matters is taken by its words', () => {
    expect(marked('get_order', { destructiveHint: false, idempotentHint: true })).toBeUndefined();
    expect(marked('get_order', { title: 'Get and remove an order' })).toContain('description');
    expect(marked('place_order', { destructiveHint: false })).toContain('speaks of a change (place)');
  });
});
