import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { calledTools } from '../load/call-plan.js';
import type { EndpointDescription, ToolDescription } from '../mcp/driver.js';
import { nearest } from '../scenario/nearest.js';
import type { Scenario } from '../scenario/scenario.js';

/** @throws PlimsollError with exit code 6 when an endpoint does not list a tool that the scenario calls. */
export function refuseUnknownTools(scenario: Scenario, endpoints: readonly EndpointDescription[]): void {
  for (const { endpoint, tools } of endpoints) {
    const names = tools.map(({ name }) => name);
    for (const tool of calledTools(scenario)) {
      if (names.includes(tool)) continue;
      const guess = nearest(tool, names);
      throw new PlimsollError(`${endpoint} has no tool ${JSON.stringify(tool)}`, EXIT.target, {
        hint: `${guess === undefined ? '' : `did you mean ${JSON.stringify(guess)}? `}it lists: ${names.length === 0 ? 'no tools' : names.join(', ')}`,
      });
    }
  }
}

const marked = ({ annotations }: ToolDescription): boolean =>
  annotations?.destructiveHint === true && annotations.readOnlyHint !== true;

/** A warning for each tool called that its server marks as destructive. */
export function destructiveNotes(scenario: Scenario, endpoints: readonly EndpointDescription[]) {
  const called = calledTools(scenario);
  const names = new Set(
    endpoints.flatMap(({ tools }) => tools.filter((tool) => called.includes(tool.name) && marked(tool)).map(({ name }) => name)),
  );
  return [...names].map((name) => ({
    level: 'warning' as const,
    code: 'destructive-tool',
    text: `the server marks the tool ${name} as destructive, and the scenario calls it under load`,
  }));
}
