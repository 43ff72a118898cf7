import { pairMs } from '../../run/gate/gate-order.js';
import type { GateRequest } from '../../run/gate/gate-request.js';
import { clockText } from '../../text/figure-text.js';

/** What is going to happen, before it does: the longest it can take comes first. Pure. */
export function gatePlanLines(
  {
    mode,
    budgetMs,
    settings,
    shared,
  }: Pick<GateRequest, 'mode' | 'budgetMs'> & {
    /** An address on which both builds listen. */
    readonly shared?: string | undefined;
    readonly settings: Pick<GateRequest['settings'], 'pairs' | 'metrics' | 'tools' | 'phase' | 'self'>;
  },
  labels: Readonly<Record<'baseline' | 'candidate', string>>,
): readonly string[] {
  const { pairs, metrics, tools, phase, self } = settings;
  const [first] = pairs.looks;
  const last = pairs.looks.at(-1);
  const oneS = pairMs({ pairs }, mode) / 1000;
  const judged = [...metrics, ...(tools.length === 0 ? [] : [`and the latency of ${tools.join(', ')} alone`])].join(', ');
  return [
    `at most ${clockText(budgetMs / 1000)}: ${first === last ? `${last} pairs` : `${first} to ${last} pairs`} of about ${clockText(oneS)} and the start of the servers`,
    `baseline ${labels.baseline}; candidate ${self === true ? 'the same' : labels.candidate}`,
    `phase ${phase}, ${mode === 'duet' ? 'both builds by turns' : 'one build after the other'}${shared === undefined ? '' : `, as both listen on ${shared}`}; judged: ${judged}`,
  ];
}
