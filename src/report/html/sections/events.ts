import { spanText } from '../../figure-text.js';
import { dataTable } from '../data-table.js';
import { html } from '../html.js';
import type { SectionMaker } from '../section.js';

/** Most events shown. */
const MAX_EVENTS = 200;

/** What happened during the run, in words. */
export const eventsSection: SectionMaker = ({ result }) => {
  const { notes } = result.run;
  return {
    id: 'events',
    title: 'Events',
    body: html`${dataTable({
      label: 'Events',
      columns: [{ head: 'At', numeric: true }, { head: 'Level' }, { head: 'Event' }, { head: 'What happened' }],
      rows: notes
        .slice(0, MAX_EVENTS)
        .map(({ atS, level, code, text }) => [
          spanText(atS),
          html`<span class="level-${level}">${level}</span>`,
          html`<code>${code}</code>`,
          html`<span class="server-text">${text}</span>`,
        ]),
      empty: 'Nothing was noted.',
    })}${notes.length > MAX_EVENTS ? html`<p class="note">${notes.length - MAX_EVENTS} more events stand in result.json.</p>` : ''}`,
  };
};
