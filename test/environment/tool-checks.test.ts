import { expect, it, onTestFinished } from 'vitest';
import { destructiveNotes, refuseUnknownTools } from '../../src/environment/tool-checks.js';
import { createLoadEngine } from '../../src/load/threads/create-load-engine.js';
import type { Scenario } from '../../src/scenario/scenario.js';
import { cannedServer } from '../fixtures/canned-server.js';
import { scenarioOn } from './server-under-test.js';

const tool = (name: string, region: object) => ({ name, inputSchema: { type: 'object', properties: { region } } });

/** What is said of a scenario that calls `called`, on a server of 2026-07-28 with a good tool and tools with bad marks. */
async function check(called: string): Promise<void> {
  const server = await cannedServer({
    era: 'modern',
    tools: [
      tool('good', { type: 'string', 'x-mcp-header': 'Region' }),
      tool('blank', { type: 'string', 'x-mcp-header': 'My Region' }),
      tool('list', { type: 'array', 'x-mcp-header': 'Region' }),
    ],
  });
  onTestFinished(() => server.close());
  const base = scenarioOn(server.port, { calls: [{ type: 'call', tool: called, weight: 1, arguments: {} }] as never });
  const { server: _, ...target } = base.target;
  const scenario: Scenario = { ...base, target: { ...target, protocol: 'auto' } };
  const engine = createLoadEngine({ scenario });
  onTestFinished(() => engine.close());
  refuseUnknownTools(scenario, await engine.open());
}

it.each([
  [
    'blank',
    /lists the tool "blank", but it was left out: its x-mcp-header mark is invalid \(region: "My Region" is not a header name\)$/,
  ],
  ['list', /lists the tool "list", but it was left out: .*\(region: only strings, integers and booleans can be headers\)$/],
])('a tool that was left out for its mark is named with it when the scenario calls it (%s)', async (called, message) => {
  await expect(check(called)).rejects.toMatchObject({
    exitCode: 6,
    message: expect.stringMatching(message),
    details: { hint: expect.stringContaining('inputSchema') },
  });
});

it('a tool that is not there is told with those that can be called', async () => {
  await expect(check('goood')).rejects.toMatchObject({
    exitCode: 6,
    message: expect.stringMatching(/has no tool "goood"$/),
    details: { hint: 'did you mean "good"? it lists: good' },
  });
});

it('a tool whose mark is right is called', () => expect(check('good')).resolves.toBeUndefined());

it('a tool that is marked as destructive is told of, also where it is marked as read-only beside that', () => {
  const calls = ['drop', 'odd', 'get'].map((name) => ({ type: 'call', tool: name, weight: 1, arguments: {} }));
  const scenario = scenarioOn(1, { calls: calls as never });
  const listed = (name: string, annotations: Readonly<Record<string, unknown>>) => ({
    name,
    inputSchema: { type: 'object' },
    annotations,
  });
  const tools = [
    listed('drop', { destructiveHint: true }),
    listed('odd', { destructiveHint: true, readOnlyHint: true }),
    listed('get', { readOnlyHint: true }),
    listed('purge', { destructiveHint: true }),
  ];
  const endpoint = { endpoint: 'a', era: 'legacy', protocolVersion: '2025-06-18', stateful: false, tools } as const;
  expect(destructiveNotes(scenario, [endpoint, endpoint]).map(({ text }) => text)).toEqual([
    'the server marks the tool drop as destructive, and the scenario calls it under load',
    'the server marks the tool odd as destructive and as read-only, which cannot both be true, and the scenario calls it under load',
  ]);
});
