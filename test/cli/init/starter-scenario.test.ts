import { describe, expect, it } from 'vitest';
import { starterScenario } from '../../../src/cli/init/starter-scenario.js';
import type { EndpointDescription, ToolDescription } from '../../../src/mcp/driver.js';
import { parseScenario } from '../../../src/scenario/parse-scenario.js';

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
    expect(parsed(starter.text).calls).toEqual([expect.objectContaining({ tool: 'get_order', arguments: { id: 1 } })]);
    expect(starter.active).toEqual(['get_order']);
    expect(starter.leftOut.map(({ tool }) => tool)).toEqual(['echo', 'drop_all']);
    expect(starter.text).toContain('# Also takes: verbose');
    expect(starter.text).toContain('# Left out: marked as destructive by the server.\n  # - { tool: "drop_all"');
  });

  it('names the tools that no client may call', () => {
    const leftOut = [{ name: 'marked', reason: 'its x-mcp-header mark is invalid' }];
    const starter = starterScenario({ ...endpoint([read]), leftOut }, {});
    expect(starter.leftOut).toEqual([{ tool: 'marked', why: 'its x-mcp-header mark is invalid' }]);
  });

  it('takes tools that say nothing only where no tool says anything, and not those whose names speak of a change', () => {
    const tool = (name: string): ToolDescription => ({ ...undeclared, name });
    const starter = starterScenario(
      endpoint([tool('echo'), tool('place_order'), tool('deleteOrder'), tool('search_orders')]),
      {},
    );
    expect(starter.active).toEqual(['echo', 'search_orders']);
    expect(starter.text).toContain('make sure before you run it');
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
