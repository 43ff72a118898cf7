import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { GateSettings } from '../../scenario/gate-settings.js';
import type { Phase } from '../../scenario/load.js';
import { phaseKind } from '../../scenario/plan/phase-kind.js';
import type { Scenario } from '../../scenario/scenario.js';
import { clockText } from '../../text/figure-text.js';
import { searchesUnder } from '../capacity/search-entry.js';
import type { GateRequest } from './gate-request.js';

/** Rest, start and stop of servers, and what plimsoll itself takes: counted with each pair when it is asked whether a budget is enough. */
const AROUND_MS = 5000;

/**
 * What is played and for how long, from the settings of a gate.
 * @param shared an address on which both builds listen, so that they cannot be up at the same time
 * @throws PlimsollError with exit code 2 for a budget that is not enough for the first look, and where CPU is judged of a server that cannot be seen.
 */
export function gateOrder(
  scenario: Scenario,
  settings: GateSettings,
  { self, shared }: { readonly self: boolean; readonly shared?: string | undefined },
): Pick<GateRequest, 'phase' | 'mode' | 'budgetMs' | 'fault'> & {
  readonly settings: Omit<GateRequest['settings'], 'baseline' | 'candidate'>;
} {
  const phase = playedPhase(scenario, settings.phase);
  const { metrics, tools, limits, successMargin, contract, under, pairs, budgetMs } = settings;
  const { looks } = pairs;
  const mode = phase.model === 'closed' || shared !== undefined || settings.mode === 'pairs' ? 'pairs' : 'duet';
  const first = self ? (looks.at(-1) ?? 0) : (looks[0] ?? 0);
  const neededMs = first * pairMs(settings, mode);
  if (neededMs > budgetMs) {
    throw new PlimsollError(
      `gate.budget: found ${clockText(budgetMs / 1000)}, accepted: at least ${clockText(neededMs / 1000)}, for ${first} pairs${self ? ' of a self-check' : ''}`,
      'usage',
      {
        hint:
          shared === undefined
            ? 'give it more time, or make pairs.measure and pairs.warmUp shorter'
            : `both builds listen on ${shared}, so one is measured after the other: with {{ port }} in place of that port they share the time`,
      },
    );
  }
  const fault = under === undefined ? undefined : searchesUnder(scenario, [under])[0]?.fault;
  return {
    phase,
    mode,
    budgetMs,
    ...(fault === undefined ? {} : { fault }),
    settings: {
      metrics,
      tools,
      limits,
      successMargin,
      contract,
      ...(under === undefined ? {} : { under }),
      pairs: self ? { ...pairs, looks: [looks.at(-1) ?? 0] } : pairs,
      phase: phase.name,
      ...(self ? { self: true as const } : {}),
    },
  };
}

/** About how long one pair takes, milliseconds. */
export function pairMs({ pairs }: Pick<GateSettings, 'pairs'>, mode: GateRequest['mode']): number {
  const load = pairs.warmUpMs + pairs.measureMs + AROUND_MS;
  return mode === 'duet' ? load : load + pairs.warmUpMs + AROUND_MS;
}

function playedPhase(scenario: Scenario, name: string | undefined): Phase {
  const { phases } = scenario.load;
  const found =
    name === undefined
      ? phases.find((phase) => !phase.warmUp && phaseKind(phase, phases) === 'steady')
      : phases.find((phase) => phase.name === name);
  if (found === undefined) {
    throw new PlimsollError('gate.phase: the scenario has no steady phase to play', 'usage', {
      hint: 'name a phase of constant rate, or a closed one',
    });
  }
  return found;
}

/** @throws PlimsollError with exit code 2 where CPU is judged of a build whose process is not known. */
export function refuseUnseenCpu(
  settings: Pick<GateSettings, 'metrics'>,
  builds: Readonly<Record<'baseline' | 'candidate', Scenario>>,
): void {
  if (!settings.metrics.includes('cpu')) return;
  for (const [build, { target }] of Object.entries(builds)) {
    if (target.server !== undefined || target.pid !== undefined) continue;
    throw new PlimsollError(`gate.metrics: cpu is judged, but plimsoll does not know the process of the ${build}`, 'usage', {
      hint: 'let plimsoll start it (target.server), give its pid, or leave cpu out: metrics: [p95, success]',
    });
  }
}
