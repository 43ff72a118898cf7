import type { EndpointDescription } from '../mcp/driver.js';
import { countText } from '../text/figure-text.js';

/** What answers at an endpoint, in one line. */
export const endpointText = (
  { endpoint, era, protocolVersion, stateful, serverName, probe }: EndpointDescription,
  sessions: number,
  processes: boolean,
): string => {
  const name = serverName === undefined ? '' : ` (${serverName})`;
  const opened = processes ? countText(sessions, 'server process', 'server processes') : countText(sessions, 'session');
  const how = !processes && (era === 'modern' || !stateful) ? 'no sessions' : opened;
  return `${endpoint}${name}: MCP ${protocolVersion}, ${how}${probe === undefined ? '' : `; ${probe}`}`;
};
