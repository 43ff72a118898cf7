import type { Report, ScenarioParts } from './scenario-parts.js';

/** What the client side of a scenario says of itself, and over which transport it can be had. */
export const checkClient = ({ target, client, sessions }: ScenarioParts, report: Report): void => {
  const transport = target?.value.transport ?? 'streamable-http';
  if (client !== undefined) {
    if (transport !== 'streamable-http')
      report(
        ['client'],
        `client with transport: ${transport}`,
        'transport: streamable-http: over others requests of the server are refused',
        {
          key: true,
        },
      );
    for (const name of ['sampling', 'elicitation', 'roots'] as const) {
      const delay = client.value[name]?.delay;
      if (typeof delay === 'object' && 'from' in delay && delay.from >= delay.to)
        report(['client', name, 'delay', 'to'], 'a longest delay that is not above the shortest', 'a time above from');
    }
    const { elicitation } = client.value;
    if (elicitation?.content !== undefined && elicitation.action !== 'accept')
      report(
        ['client', 'elicitation', 'content'],
        `content with action: ${elicitation.action}`,
        'content only with action: accept',
        { key: true },
      );
  }
  if (sessions?.value.stream === true && transport !== 'streamable-http')
    report(
      ['sessions', 'stream'],
      `stream with transport: ${transport}`,
      'transport: streamable-http: the others hold their stream or pipe anyway',
      {
        key: true,
      },
    );
};
