import { expect, it } from 'vitest';
import { refuseUnknownTools } from '../../src/environment/tool-checks.js';
import type { PlimsollError } from '../../src/errors/plimsoll-error.js';
import { nameList } from '../../src/text/name-list.js';
import { scenarioOf } from '../load/scenario-of.js';

it('a hint lists twenty tools of a server, and counts the others', () => {
  const tools = Array.from({ length: 10_000 }, (_, i) => ({ name: `tool_${i}_${'x'.repeat(i % 100)}`, inputSchema: {} }));
  const scenario = scenarioOf({ calls: [{ type: 'call', tool: 'nothing', weight: 1, arguments: {} }] });
  let hint = '';
  try {
    refuseUnknownTools(scenario, [
      { endpoint: 'http://h/mcp', era: 'legacy', protocolVersion: '2025-11-25', stateful: true, tools },
    ]);
  } catch (error) {
    hint = (error as PlimsollError).details.hint ?? '';
  }
  expect(hint).toMatch(/it lists: tool_0_, tool_1_x, .* and 9980 more$/);
  expect(hint.length).toBeLessThan(2000);
});

it('a name of a list is cut when it is long, and twenty are not called more', () => {
  expect(nameList(['x'.repeat(81)])).toBe(`${'x'.repeat(79)}…`);
  expect(nameList(Array.from({ length: 20 }, String))).not.toContain('more');
  expect(nameList([])).toBe('');
});
