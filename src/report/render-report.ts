import { html } from './html/html.js';
import { renderPage } from './html/page.js';
import type { Section, SectionMaker } from './html/section.js';
import { breakdownSection } from './html/sections/breakdown.js';
import { capacityChartsSection, capacitySection, trialLogSection } from './html/sections/capacity/capacity.js';
import { recoverySection } from './html/sections/capacity/recovery.js';
import { sizingSection } from './html/sections/capacity/sizing.js';
import { checksSection } from './html/sections/checks.js';
import { distributionSection } from './html/sections/distribution.js';
import { environmentSection } from './html/sections/environment.js';
import { errorsSection } from './html/sections/errors.js';
import { eventsSection } from './html/sections/events.js';
import { fairnessSection } from './html/sections/fairness.js';
import { faultsSection } from './html/sections/faults.js';
import { generatorSection } from './html/sections/generator.js';
import { interactionSection } from './html/sections/interaction.js';
import { readinessSection } from './html/sections/readiness.js';
import { readingSection } from './html/sections/reading.js';
import { saturationSection } from './html/sections/saturation.js';
import { signalsSection } from './html/sections/signals.js';
import { timelineSection } from './html/sections/timeline.js';
import { validitySection } from './html/sections/validity.js';
import { verdictHead } from './html/sections/verdict.js';
import type { ReportInput } from './report-input.js';
import { reportView } from './report-view.js';

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

/** `report.html`: one file that needs no network, reads with scripts blocked, and is interactive where scripts may run. */
export async function renderReport(input: ReportInput): Promise<string> {
  const view = reportView(input);
  const sections: Section[] = [];
  for (const make of SECTIONS) {
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
