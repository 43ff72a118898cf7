import { html } from '../html.js';
import type { SectionMaker } from '../section.js';

/** What was broken on purpose. Says plainly when nothing was. */
export const faultsSection: SectionMaker = ({ analysis, result }) => {
  const planned = Array.isArray(analysis.scenario.faults) ? analysis.scenario.faults.length : 0;
  const injected = result.faults.length;
  const body =
    planned === 0
      ? html`<p class="nothing">This run had no faults: the scenario plans none. Its figures are those of healthy dependencies.</p>`
      : injected === 0
        ? html`<p class="warning"><strong>No fault was injected.</strong> The scenario plans ${planned === 1 ? 'one fault' : `${planned} faults`}, which needs the fault engine, and this run had none. Segments named for a fault show when it was due, not its effect.</p>`
        : html`<p>${injected === 1 ? 'One fault was' : `${injected} faults were`} injected, of ${planned} planned. Segments of kind fault and recovery are in the table per phase.</p>`;
  return { id: 'faults', title: 'Dependency faults', body };
};
