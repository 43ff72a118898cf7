import type { ReportInput } from '../../report-input.js';
import { reportView } from '../../report-view.js';
import { html, type Section, type SectionMaker } from '../html.js';
import { renderPage } from '../page.js';
import { breakdownSection } from './breakdown.js';
import { capacityChartsSection, capacitySection, trialLogSection } from './capacity/capacity.js';
import { recoverySection } from './capacity/recovery.js';
import { sizingSection } from './capacity/sizing.js';
import { checksSection } from './checks.js';
import { distributionSection } from './distribution.js';
import { environmentSection } from './environment.js';
import { errorsSection } from './errors.js';
import { eventsSection } from './events.js';
import { fairnessSection } from './fairness.js';
import { faultsSection } from './faults.js';
import { gateSection } from './gate/gate.js';
import { generatorSection } from './generator.js';
import { interactionSection } from './interaction.js';
import { readinessSection } from './readiness.js';
import { readingSection } from './reading.js';
import { saturationSection } from './saturation.js';
import { signalsSection } from './signals.js';
import { timelineSection } from './timeline.js';
import { validitySection } from './validity.js';
import { verdictHead } from './verdict.js';

/** In the order of the questions that a reader has. */
const SECTIONS: readonly SectionMaker[] = [
  capacitySection,
  sizingSection,
  capacityChartsSection,
  recoverySection,
  trialLogSection,
  validitySection,
  signalsSection,
  checksSection,
  readinessSection,
  faultsSection,
  timelineSection,
  distributionSection,
  breakdownSection,
  fairnessSection,
  interactionSection,
  errorsSection,
  saturationSection,
  generatorSection,
  eventsSection,
  environmentSection,
  readingSection,
];

const GATE_SECTIONS: readonly SectionMaker[] = [gateSection, checksSection, environmentSection, readingSection];

/** `report.html`: one file that needs no network, reads with scripts blocked, and is interactive where scripts may run. */
export async function renderReport(input: ReportInput): Promise<string> {
  const view = reportView(input);
  const sections: Section[] = [];
  // The pairs of a gate tell of themselves; what speaks of one load over time would stand empty.
  for (const make of view.result.gate === undefined ? SECTIONS : GATE_SECTIONS) {
    const section = await make(view);
    if (section !== undefined) sections.push(section);
  }
  const { run } = view.result;
  return renderPage({
    title: `${run.scenario}: ${input.verdict.outcome} (plimsoll)`,
    head: verdictHead(view),
    sections,
    foot: html`<p>plimsoll ${run.version}. Every figure is derived from <code>journal.ndjson</code> in the run folder; <code>result.json</code> holds them for machines. <code>plimsoll report</code> writes this page again.</p>`,
  });
}
