import { givenRatioText } from '../../text/figure-text.js';
import type { FaultStep } from './fault-action.js';

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
