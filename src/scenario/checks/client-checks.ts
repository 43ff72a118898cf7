import type { Report, ScenarioParts } from './scenario-parts.js';

/** What the client side of a scenario says of itself, and whether the transport has streams to hold. */
export const checkClient = ({ target, client, sessions }: ScenarioParts, report: Report): void => {
  if (client !== undefined) {
    for (const name of ['sampling', 'elicitation', 'roots'] as const) {
      const delay = client.value[name]?.delay;
      if (typeof delay === 'object' && 'from' in delay && delay.from >= delay.to)
        report(['client', name, 'delay', 'to'], 'a longest delay that is not above the shortest', 'a time above from');
    }
    const { elicitation } = client.value;
    if (elicitation?.content !== undefined && elicitation.action !== 'accept' && !client.wrong.has('elicitation.action'))
      report(
        ['client', 'elicitation', 'content'],
        `content with action: ${elicitation.action}`,
        'content only with action: accept',
        { key: true },
      );
  }
  if (sessions?.value.stream === true && target?.value.transport === 'stdio')
    report(
      ['sessions', 'stream'],
      'stream with transport: stdio',
      'streamable-http or sse: a process has its pipes and no other stream to hold',
      { key: true },
    );
};
