import type { EndpointDescription } from '../mcp/driver.js';
import type { Auth, Target, TlsMaterial } from '../scenario/target.js';

/** What the result keeps about the target: what it is and speaks, and the tools that it lists. No headers and no environment. */
export function targetFacts(target: Target, endpoints: readonly EndpointDescription[]): Readonly<Record<string, unknown>> {
  return {
    transport: target.transport,
    protocol: target.protocol,
    ...(target.auth === undefined ? {} : { token: TOKENS[target.auth.kind] }),
    ...(target.tls === undefined ? {} : { tls: tlsWords(target.tls) }),
    startedByPlimsoll: target.server !== undefined,
    endpoints: endpoints.map(({ tools, ...endpoint }) => ({ ...endpoint, tools: tools.map(({ name }) => name) })),
  };
}

const TOKENS: Readonly<Record<Auth['kind'], string>> = {
  bearer: 'given',
  command: 'by a command',
  'client-credentials': 'OAuth client credentials',
};

const tlsWords = ({ ca, cert, serverName, insecure }: TlsMaterial): string =>
  [
    ...(insecure ? ['INSECURE: any certificate was taken'] : []),
    ...(ca === undefined ? [] : ['own authority']),
    ...(cert === undefined ? [] : ['client certificate']),
    ...(serverName === undefined ? [] : [`server name ${serverName}`]),
  ].join(', ') || 'as Node has it';

/** Whether the target that a result speaks of keeps sessions in memory; undefined where the result does not say. */
export function targetKeepsSessions(facts: Readonly<Record<string, unknown>>): boolean | undefined {
  if (!Array.isArray(facts.endpoints) || facts.endpoints.length === 0) return undefined;
  return (facts.endpoints as readonly Partial<EndpointDescription>[]).some(
    ({ stateful, era }) => stateful === true && era === 'legacy',
  );
}
