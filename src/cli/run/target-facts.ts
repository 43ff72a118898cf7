import type { EndpointDescription } from '../../mcp/driver.js';
import type { Target } from '../../scenario/scenario.js';

/** What the result keeps about the target: what it is and speaks, and the tools that it lists. No headers and no environment. */
export function targetFacts(target: Target, endpoints: readonly EndpointDescription[]): Readonly<Record<string, unknown>> {
  return {
    transport: target.transport,
    protocol: target.protocol,
    startedByPlimsoll: target.server !== undefined,
    endpoints: endpoints.map(({ tools, ...endpoint }) => ({ ...endpoint, tools: tools.map(({ name }) => name) })),
  };
}
