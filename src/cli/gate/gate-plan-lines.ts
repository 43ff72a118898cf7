import { pairMs } from '../../run/gate/gate-order.js';
import type { GateRequest } from '../../run/gate/gate-request.js';
import { clockText } from '../../text/figure-text.js';

type PlannedGate = Pick<GateRequest, 'mode' | 'budgetMs'> & {
  /** An address on which both builds listen. */
  readonly shared?: string | undefined;
  readonly settings: Pick<GateRequest['settings'], 'pairs' | 'metrics' | 'tools' | 'phase' | 'self'>;
};

/** What is going to happen, before it does: the longest it can take comes first. Pure. */
export function gatePlanLines(gate: PlannedGate, labels: Readonly<Record<'baseline' | 'candidate', string>>): readonly string[] {
  const [time, ...others] = gateTermLines(gate);
  const candidate = gate.settings.self === true ? 'the same' : labels.candidate;
  return [...(time === undefined ? [] : [time]), `baseline ${labels.baseline}; candidate ${candidate}`, ...others];
}

/** The same without the builds, as far as the scenario alone tells it. Pure. */
export function gateTermLines({ mode, budgetMs, settings, shared }: PlannedGate): readonly string[] {
  const { pairs, metrics, tools, phase } = settings;
  const [first] = pairs.looks;
  const last = pairs.looks.at(-1);
  const oneS = pairMs({ pairs }, mode) / 1000;
  const judged = [...metrics, ...(tools.length === 0 ? [] : [`and the latency of ${tools.join(', ')} alone`])].join(', ');
  return [
    `at most ${clockText(budgetMs / 1000)}: ${first === last ? `${last} pairs` : `${first} to ${last} pairs`} of about ${clockText(oneS)} and the start of the servers`,
    `phase ${phase}, ${mode === 'duet' ? 'both builds by turns' : 'one build after the other'}${shared === undefined ? '' : `, as both listen on ${shared}`}; judged: ${judged}`,
  ];
}
