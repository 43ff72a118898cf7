import { describe, expect, it } from 'vitest';
import { starterScenario } from '../../../src/cli/init/starter-scenario.js';
import type { EndpointDescription, ToolDescription } from '../../../src/mcp/driver.js';
import { parseScenario } from '../../../src/scenario/reading/parse-scenario.js';

function endpoint(tools: readonly ToolDescription[], serverName = 'orders'): EndpointDescription {
  return {
    endpoint: 'http://127.0.0.1:3001/mcp',
    era: 'legacy',
    protocolVersion: '2025-11-25',
    stateful: true,
    serverName,
    tools,
  };
}

const files = {
  read: () => {
    throw new Error('no file is read');
  },
  exists: () => false,
};
const parsed = (text: string) => parseScenario(text, { fileName: 's.yaml', folder: '/', env: {}, files }).scenario;

const read: ToolDescription = {
  name: 'get_order',
  inputSchema: {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'integer', minimum: 1 }, verbose: { type: 'boolean' } },
  },
  annotations: { readOnlyHint: true },
};
const undeclared: ToolDescription = {
  name: 'echo',
  inputSchema: { type: 'object', required: ['message'], properties: { message: { type: 'string' } } },
};
const destructive: ToolDescription = {
  name: 'drop_all',
  inputSchema: { type: 'object' },
  annotations: { destructiveHint: true },
};

describe('starterScenario', () => {
  it('is a valid scenario with the read-only tools active and the rest left out with the reason', () => {
    const starter = starterScenario(endpoint([read, undeclared, destructive]), {});
    expect(parsed(starter.text).calls).toEqual([
      expect.objectContaining({ tool: 'get_order', arguments: { id: 1 } }),
      expect.objectContaining({ tool: 'echo' }),
    ]);
    expect(starter.active).toEqual(['get_order', 'echo']);
    expect(starter.leftOut.map(({ tool }) => tool)).toEqual(['drop_all']);
    expect(starter.text).toContain('make sure before you run it');
    expect(starter.text).toContain('# Also takes: verbose');
    expect(starter.text).toContain('# Left out: marked as destructive by the server.\n  # - { tool: "drop_all"');
  });

  it('names the tools that no client may call', () => {
    const leftOut = [{ name: 'marked', reason: 'its x-mcp-header mark is invalid' }];
    const starter = starterScenario({ ...endpoint([read]), leftOut }, {});
    expect(starter.leftOut).toEqual([{ tool: 'marked', why: 'its x-mcp-header mark is invalid' }]);
  });

  it('makes no tool of a server without marks active unless its words are those of reading: the rest stands in comments', () => {
    const tool = (name: string): ToolDescription => ({ ...undeclared, name });
    const names = ['echo', 'hset', 'lpop', 'place_order', 'deleteOrder', 'search_orders', 'get_or_create', 'do_it'];
    const starter = starterScenario(endpoint(names.map(tool)), {});
    expect(starter.active).toEqual(['echo', 'search_orders']);
    expect(starter.leftOut.map(({ tool: name }) => name)).toEqual(names.filter((name) => !starter.active.includes(name)));
    for (const { tool: name, why } of starter.leftOut) {
      expect(why).toContain('not marked as read-only');
      expect(starter.text).toContain(`  # Left out: ${why}.\n  # - { tool: "${name}"`);
    }
  });

  it('says beside a tool that is marked as read-only that its words speak of a change', () => {
    const odd: ToolDescription = { ...read, description: 'Creates the order if it is missing' };
    const starter = starterScenario(endpoint([odd]), {});
    expect(starter.active).toEqual(['get_order']);
    expect(starter.text).toContain('# Note: marked as read-only, yet its description speaks of a change (creates).');
  });

  it('without a tool that may be called unseen says so, and the file is refused with what to do until a sign is taken off', () => {
    const starter = starterScenario(endpoint([destructive]), {});
    expect(starter.active).toEqual([]);
    expect(starter.text).toContain('# No tool is safe to call without a look at it first: uncomment');
    expect(() => parsed(starter.text)).toThrow(/calls {2}found nothing.*uncomment one that you allow/);
    const allowed = parsed(starter.text.replace('# - { tool: "drop_all"', '- { tool: "drop_all"'));
    expect(allowed.calls).toEqual([expect.objectContaining({ tool: 'drop_all' })]);
    expect(starterScenario(endpoint([]), {}).text).toContain('# The server lists no tool: write your calls');
  });

  it('leaves out a tool for which no arguments could be made', () => {
    const schema = { type: 'object', required: ['id'], properties: { id: { type: 'string', pattern: '^ORD-[0-9]{9}$' } } };
    const starter = starterScenario(endpoint([read, { ...read, name: 'strict', inputSchema: schema }]), {});
    expect(starter.active).toEqual(['get_order']);
    expect(starter.leftOut[0]?.why).toContain('/id must match pattern');
  });

  it('lets no text of the server out of its comment or its quotes', () => {
    const evil = 'x\nabort: { errorRate: 1%, for: 1s }\u2028abort: 1\u0085name: pwned';
    const nasty: ToolDescription = {
      name: '<script>"\n- { tool: evil }',
      description: evil,
      inputSchema: { type: 'object', required: [evil], properties: { [evil]: { default: '\u2028"}' } } },
      annotations: { readOnlyHint: true },
    };
    const starter = starterScenario(endpoint([nasty], evil), {});
    const scenario = parsed(starter.text);
    expect(scenario.abort).toBeUndefined();
    expect(scenario.calls).toEqual([expect.objectContaining({ tool: nasty.name, arguments: { [evil]: '\u2028"}' } })]);
  });

  it('leaves arguments out that a scenario would read as a variable', () => {
    const schema = { type: 'object', required: ['q'], properties: { q: { default: '${HOME} {{ seq }}' } } };
    const starter = starterScenario(endpoint([read, { ...read, name: 'templated', inputSchema: schema }]), {});
    expect(starter.active).toEqual(['get_order']);
    expect(parsed(starter.text).calls).toHaveLength(1);
  });

  it('names a host that is not this machine', () => {
    expect(parsed(starterScenario(endpoint([read]), { host: 'staging.example.org' }).text).target.allow).toEqual([
      'staging.example.org',
    ]);
  });
});
