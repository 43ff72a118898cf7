import type { ClientReply, ClientSide, DelayLaw } from '../client.js';
import type { ScenarioFile } from '../schema/scenario-schema.js';

type ClientFile = NonNullable<ScenarioFile['client']>;
type DelayFile = NonNullable<ClientFile['roots']>['delay'];

const lawOf = (delay: DelayFile): DelayLaw => {
  if (typeof delay === 'number') return { law: 'constant', ms: delay };
  return 'mean' in delay ? { law: 'exponential', meanMs: delay.mean } : { law: 'uniform', fromMs: delay.from, toMs: delay.to };
};

/** What plimsoll answers a server that asks, as results of the protocol. */
export const clientSideOf = ({ sampling, elicitation, roots, tasks, progress }: ClientFile): ClientSide => {
  const reply = (result: ClientReply['result'], delay: DelayFile): ClientReply => ({ result, delay: lawOf(delay) });
  return {
    tasks,
    progress,
    ...(sampling && {
      sampling: reply(
        { role: 'assistant', content: { type: 'text', text: sampling.text }, model: sampling.model, stopReason: 'endTurn' },
        sampling.delay,
      ),
    }),
    ...(elicitation && {
      elicitation: reply(
        elicitation.action === 'accept'
          ? { action: 'accept', content: elicitation.content ?? {} }
          : { action: elicitation.action },
        elicitation.delay,
      ),
    }),
    ...(roots && { roots: reply({ roots: roots.uris.map((uri) => ({ uri })) }, roots.delay) }),
  };
};
