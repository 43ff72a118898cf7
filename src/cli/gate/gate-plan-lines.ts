import { metricText } from '../../gate/gate-words.js';
import type { MetricFinds } from '../../gate/self-check-finds.js';
import type { SelfCheck } from '../../result/self-check.js';
import { pairMs } from '../../run/gate/gate-order.js';
import type { GateRequest } from '../../run/gate/gate-request.js';
import { clockText, countText, signedPercent } from '../../text/figure-text.js';

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

/**
 * What a gate of the scenario finds on this machine, from the last self-check here; or how to know it. Pure.
 * @param last number of pairs at the last look
 */
export function gateFindsLine(
  { check, finds }: { readonly check: SelfCheck | undefined; readonly finds: readonly MetricFinds[] },
  { last, scenario }: { readonly last: number | undefined; readonly scenario: string },
): string {
  if (check === undefined || finds.length === 0)
    return `which change it finds on this machine is not known: plimsoll gate ${scenario} --self measures that`;
  const text = finds
    .map(
      (one) =>
        `${metricText(one)} ${one.smallestDetectable === undefined ? 'no change for sure' : signedPercent(one.smallestDetectable)}`,
    )
    .join(', ');
  return `finds on this machine, in up to ${last} pairs: ${text} (gate --self of ${check.startedAt.slice(0, 10)}, ${countText(check.pairs, 'pair')}${check.mode === 'pairs' ? ', one build after the other' : ''})`;
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
