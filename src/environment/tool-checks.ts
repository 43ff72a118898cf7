import { PlimsollError } from '../errors/plimsoll-error.js';
import { calledTools } from '../load/call-plan.js';
import type { EndpointDescription, ToolDescription } from '../mcp/driver.js';
import { nearest } from '../scenario/file/nearest.js';
import type { Scenario } from '../scenario/scenario.js';
import { nameList } from '../text/name-list.js';

/** @throws PlimsollError with exit code 6 when an endpoint does not list a tool that the scenario calls, or lists it so that no client may call it. */
export function refuseUnknownTools(scenario: Scenario, endpoints: readonly EndpointDescription[]): void {
  for (const { endpoint, tools, leftOut = [] } of endpoints) {
    const names = tools.map(({ name }) => name);
    for (const tool of calledTools(scenario)) {
      if (names.includes(tool)) continue;
      const left = leftOut.find(({ name }) => name === tool);
      if (left !== undefined)
        throw new PlimsollError(
          `${endpoint} lists the tool ${JSON.stringify(tool)}, but it was left out: ${left.reason}`,
          'target',
          {
            hint: 'a client of MCP 2026-07-28 must not call a tool whose mark is invalid: correct its inputSchema on the server',
          },
        );
      const guess = nearest(tool, names);
      throw new PlimsollError(`${endpoint} has no tool ${JSON.stringify(tool)}`, 'target', {
        hint: `${guess === undefined ? '' : `did you mean ${JSON.stringify(guess)}? `}it lists: ${names.length === 0 ? 'no tools' : nameList(names)}`,
      });
    }
  }
}

/** A warning for each tool called that its server marks as destructive; where it is marked as read-only too, the worse of the two counts. */
export function destructiveNotes(scenario: Scenario, endpoints: readonly EndpointDescription[]) {
  const called = calledTools(scenario);
  const marked = new Map<string, ToolDescription['annotations']>();
  for (const { tools } of endpoints)
    for (const { name, annotations } of tools)
      if (called.includes(name) && annotations?.destructiveHint === true && marked.get(name)?.readOnlyHint !== true)
        marked.set(name, annotations);
  return [...marked].map(([name, annotations]) => ({
    level: 'warning' as const,
    code: 'destructive-tool',
    text: `the server marks the tool ${name} as destructive${annotations?.readOnlyHint === true ? ' and as read-only, which cannot both be true' : ''}, and the scenario calls it under load`,
  }));
}
