import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { createDriver } from '../../mcp/create-driver.js';
import type { EndpointDescription } from '../../mcp/driver.js';

/**
 * Asks a server what it is and which tools it has. Nothing is called.
 * @throws PlimsollError with exit code 6 when it cannot be reached or is not MCP.
 */
export async function listTools(url: string): Promise<EndpointDescription> {
  const driver = createDriver({
    target: { urls: [url], transport: 'streamable-http', env: {}, protocol: 'auto', headers: {}, preflight: 'schema', allow: [] },
    classify: [],
    maxInFlight: 1,
  });
  try {
    const [endpoint] = await driver.open(1);
    if (endpoint === undefined) throw new PlimsollError(`${url} said nothing about itself`, EXIT.target);
    return endpoint;
  } finally {
    await driver.close();
  }
}
