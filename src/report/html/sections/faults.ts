import type { FaultFigures } from '../../../result/fault-figures.js';
import { ABSENT, spanText } from '../../../text/figure-text.js';
import { dataTable } from '../data-table.js';
import { html } from '../html.js';
import type { SectionMaker } from '../section.js';
import { resilienceBody } from './resilience.js';

const at = (valueS: number | undefined, absent: string): string => (valueS === undefined ? absent : spanText(valueS));

/** Says no more than the fault agent told. */
function fate({ startS, removedAtS, failure }: FaultFigures): string {
  if (failure !== undefined) return failure;
  if (startS === undefined) return 'not carried out';
  return removedAtS === undefined ? 'carried out; nothing says that it was taken back' : 'carried out and taken back';
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
      ? html`<p class="note">A search under a fault holds it from its beginning to its end; a search for hidden capacity puts it in force and lifts it for each load, and the table tells the first time and the last. What it did stands above, with the capacity.</p>`
      : carried === 0
        ? html`<p class="warning"><strong>No fault was injected.</strong> The scenario plans ${faults.length === 1 ? 'one fault' : `${faults.length} faults`}, and the run ended before or told of none. Segments named for a fault show when it was due, not its effect.</p>`
        : html`<p class="note">${carried === faults.length ? (carried === 1 ? 'The one fault' : `All ${carried} faults`) : `${carried} of ${faults.length} faults`} of the scenario took hold. Calls due meanwhile stand in segments of kind fault and recovery; they are judged by <code>slo.during</code>, not by the plain SLO. A path is verified when the proxy was seen to carry a connection of the server under test before the load.</p>`;
  return {
    id: 'faults',
    title,
    body: html`${lead}${dataTable({
      label: 'Faults as they were carried out',
      columns: [
        { head: 'Fault' },
        { head: 'Dependency' },
        { head: 'Due at', numeric: true },
        { head: 'Took hold at', numeric: true },
        { head: 'Taken back at', numeric: true },
        { head: 'Proxy' },
        { head: 'Path' },
        { head: 'What became of it' },
      ],
      rows: faults.map((fault) => [
        fault.recipe,
        fault.dependency,
        at(fault.plannedAtS, ABSENT),
        at(fault.startS, 'not told'),
        at(fault.removedAtS, 'not told'),
        fault.engine ?? 'not told',
        fault.path ?? 'not told',
        fate(fault),
      ]),
    })}${carried === 0 || result.capacity !== undefined ? '' : resilienceBody(view)}`,
  };
};
