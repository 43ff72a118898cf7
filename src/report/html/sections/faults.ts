import type { FaultFigures } from '../../../measure/fault-figures.js';
import { html } from '../html.js';
import type { SectionMaker } from '../section.js';

const seconds = (valueS: number | undefined): string => (valueS === undefined ? 'never' : `${Number(valueS.toFixed(2))} s`);

const row = ({ dependency, recipe, startS, removedAtS, engine, path, failure }: FaultFigures) => html`<tr>
  <th scope="row">${dependency}</th><td>${recipe}</td><td>${seconds(startS)}</td><td>${seconds(removedAtS)}</td>
  <td>${engine ?? 'not told'}</td><td>${path ?? 'not told'}</td><td>${failure ?? 'carried out and taken back'}</td>
</tr>`;

/** What was broken on purpose, as it was carried out. Says plainly when nothing was. */
export const faultsSection: SectionMaker = ({ analysis, result }) => {
  const planned = Array.isArray(analysis.scenario.faults) ? analysis.scenario.faults.length : 0;
  const { faults } = result;
  const body =
    planned === 0
      ? html`<p class="nothing">This run had no faults: the scenario plans none. Its figures are those of healthy dependencies.</p>`
      : faults.length === 0
        ? html`<p class="warning"><strong>No fault was injected.</strong> The scenario plans ${planned === 1 ? 'one fault' : `${planned} faults`}, and the run ended before or told of none. Segments named for a fault show when it was due, not its effect.</p>`
        : html`<p>What was broken on purpose, and when. Calls due meanwhile stand in segments of kind fault and recovery, in the table per phase; they are judged by <code>slo.during</code> and not by the plain objective. A path is verified when the proxy was seen to carry a connection of the server under test before the load.</p>
<div class="table"><table>
<thead><tr><th scope="col">Dependency</th><th scope="col">Recipe</th><th scope="col">Took hold at</th><th scope="col">Taken back at</th><th scope="col">Proxy</th><th scope="col">Path</th><th scope="col">What became of it</th></tr></thead>
<tbody>${faults.map(row)}</tbody>
</table></div>`;
  return { id: 'faults', title: 'Dependency faults', body };
};
