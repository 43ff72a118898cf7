import { PlimsollError } from '../../errors/plimsoll-error.js';
import { createDriver } from '../../mcp/create-driver.js';
import type { Driver, EndpointDescription } from '../../mcp/driver.js';
import { START_TIMEOUT_MS } from '../../scenario/target.js';
import type { ConfiguredServer } from '../mcp-config.js';

/** Where `init` finds its server. */
export type InitTarget =
  | Extract<ConfiguredServer, { transport: 'stdio' }>
  | { readonly transport: 'streamable-http' | 'sse'; readonly url: string; readonly headers?: Readonly<Record<string, string>> };

/**
 * Asks a server what it is and which tools it has. Nothing is called, but by `look`.
 * @param look done while the connection stands
 * @throws PlimsollError with exit code 6 when it cannot be reached or is not MCP.
 */
export async function listTools(
  target: string | InitTarget,
  look: (endpoint: EndpointDescription, driver: Driver) => Promise<void> = async () => {},
): Promise<EndpointDescription> {
  const { transport, ...how } = typeof target === 'string' ? ({ transport: 'streamable-http', url: target } as const) : target;
  const url = 'url' in how ? how.url : undefined;
  const driver = createDriver({
    target: {
      urls: url === undefined ? [] : [url],
      env: {},
      protocol: 'auto',
      startTimeoutMs: START_TIMEOUT_MS,
      headers: {},
      preflight: 'schema',
      allow: [],
      ...('command' in how ? how : { headers: how.headers ?? {} }),
      transport,
    },
    classify: [],
    maxInFlight: 1,
  });
  try {
    const [endpoint] = await driver.open(1);
    if (endpoint === undefined) throw new PlimsollError(`${url ?? 'the server'} said nothing about itself`, 'target');
    await look(endpoint, driver);
    return endpoint;
  } finally {
    await driver.close();
  }
}
