import { givenRatioText } from '../../text/figure-text.js';
import type { Toxic } from './toxic.js';

/**
 * One step of a fault, told to the fault agent. Times are milliseconds from the start of the fault.
 * No recipe lists its own undoing: the agent takes back whatever it did, in the reverse order, when the fault ends for any reason.
 */
export type FaultStep = { readonly atMs: number; readonly dependency: string } & (
  | { readonly do: 'add'; readonly toxic: Toxic; readonly label: string }
  | { readonly do: 'update'; readonly label: string; readonly attributes: Readonly<Record<string, number>> }
  | { readonly do: 'remove'; readonly label: string }
  | { readonly do: 'disable' }
  | { readonly do: 'enable' }
  /** Closes the connections that stand, and takes new ones at once. */
  | { readonly do: 'cut' }
  | { readonly do: 'upstream'; readonly to: string }
  /** Puts a stub of ours in the upstream's place: it answers every HTTP request with this status. */
  | { readonly do: 'stub'; readonly status: number; readonly retryAfterS?: number }
);

const attributesText = (attributes: Readonly<Record<string, number>>): string =>
  Object.entries(attributes)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** What a step does, for the journal and the report. Pure. */
export function stepText(step: FaultStep): string {
  const { dependency } = step;
  switch (step.do) {
    case 'add': {
      const { type, stream, toxicity, attributes } = step.toxic;
      const share = toxicity === 1 ? '' : `, on ${givenRatioText(toxicity)} of connections`;
      return `${dependency}: ${[type, attributesText(attributes)].filter(Boolean).join(' ')}, ${stream}${share}`;
    }
    case 'update':
      return `${dependency}: ${step.label} now ${attributesText(step.attributes)}`;
    case 'remove':
      return `${dependency}: ${step.label} off`;
    case 'disable':
      return `${dependency}: down`;
    case 'enable':
      return `${dependency}: up`;
    case 'cut':
      return `${dependency}: connections cut`;
    case 'upstream':
      return `${dependency}: leads to ${step.to}`;
    case 'stub':
      return `${dependency}: every request answered with ${step.status}`;
  }
}
