import type { FaultFigures } from '../../../result/fault-figures.js';
import { ABSENT, spanText } from '../../../text/figure-text.js';
import { column, numeric } from '../../column.js';
import { dataTable, html, type SectionMaker } from '../html.js';
import { resilienceBody } from './resilience.js';

const at = (valueS: number | undefined, absent: string): string => (valueS === undefined ? absent : spanText(valueS));

/** Says no more than the fault agent told. */
function fate({ startS, removedAtS, failure }: FaultFigures): string {
  if (failure !== undefined) return failure;
  if (startS === undefined) return 'not injected';
  return removedAtS === undefined ? 'injected; its end was not recorded' : 'injected and ended';
}

/** What was broken on purpose, as it was carried out, and what that did to the calls. Says plainly when nothing was. */
export const faultsSection: SectionMaker = (view) => {
  const { result } = view;
  const { faults } = result;
  const title = 'Dependency faults';
  if (faults.length === 0)
    return {
      id: 'faults',
      title,
      body: html`<p class="nothing">This run had no faults: the scenario plans none. Its figures are those of healthy dependencies.</p>`,
    };
  const carried = faults.filter(({ startS }) => startS !== undefined).length;
  const lead =
    result.capacity !== undefined
      ? html`<p class="note">A search under a fault keeps the fault on from beginning to end. A recovery search starts and ends it for each load; the table shows the first start and the last end. Its effect is shown above, with the capacity.</p>`
      : carried === 0
        ? html`<p class="warning"><strong>No fault was injected.</strong> The scenario plans ${faults.length === 1 ? 'one fault' : `${faults.length} faults`}, and the run ended before any of them, or recorded none. Phases named after a fault show when it was due, not its effect.</p>`
        : html`<p class="note">${carried === faults.length ? (carried === 1 ? 'The one fault' : `All ${carried} faults`) : `${carried} of ${faults.length} faults`} of the scenario started. Calls during the fault are listed separately and judged by <code>slo.during</code>. Verified: your server connected through the proxy before the test began.</p>`;
  return {
    id: 'faults',
    title,
    body: html`${lead}${dataTable(faults, {
      label: 'Injected faults',
      columns: [
        column('Fault', (fault) => fault.recipe),
        column('Dependency', (fault) => fault.dependency),
        numeric('Due at', (fault) => at(fault.plannedAtS, ABSENT)),
        numeric('Started', (fault) => at(fault.startS, 'unknown')),
        numeric('Ended', (fault) => at(fault.removedAtS, 'unknown')),
        column('Proxy', (fault) => fault.engine ?? 'unknown'),
        column('Path', (fault) => fault.path ?? 'unknown'),
        column('Result', (fault) => fate(fault)),
      ],
    })}${carried === 0 || result.capacity !== undefined ? '' : resilienceBody(view)}`,
  };
};
