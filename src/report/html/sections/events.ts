import type { EventFigures } from '../../../result/event-figures.js';
import { countText, nounFor } from '../../../text/count-text.js';
import { ABSENT, numberText, spanText } from '../../../text/figure-text.js';
import { dataTable } from '../data-table.js';
import { type Html, html, NOTHING } from '../html.js';
import type { SectionMaker } from '../section.js';

/** Most events shown. */
const MAX_EVENTS = 200;

/** What happened during the run, in words. */
export const eventsSection: SectionMaker = ({ result }) => {
  const { notes } = result.run;
  const { events = [] } = result;
  return {
    id: 'events',
    title: 'Events',
    body: html`${events.length === 0 ? NOTHING : commands(events)}${dataTable({
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
    })}${notes.length > MAX_EVENTS ? html`<p class="note">${countText(notes.length - MAX_EVENTS, 'more event')} ${nounFor(notes.length - MAX_EVENTS, 'is', 'are')} in result.json.</p>` : ''}`,
  };
};

/** The scenario's own commands, and the calls lost around them. */
const commands = (events: readonly EventFigures[]): Html =>
  html`<p class="note">Commands of the scenario in the time line. Calls are counted by whole seconds, from the start of a command until 5 s after its end, whatever else happened then.</p>${dataTable(
    {
      label: 'Commands of the scenario',
      columns: [
        { head: 'Command' },
        { head: 'Started at', numeric: true },
        { head: 'Took', numeric: true },
        { head: 'Exit code', numeric: true },
        { head: 'Calls counted from – to', numeric: true },
        { head: 'Calls ended', numeric: true },
        { head: 'Of them failed or unanswered', numeric: true },
      ],
      rows: events.map(({ name, startS, durationS, exitCode, window, callsEndedAround, callsFailedAround }) => [
        name,
        spanText(startS),
        durationS === undefined ? ABSENT : spanText(durationS),
        exitCode === undefined ? ABSENT : String(exitCode),
        `${spanText(window.fromS)} – ${spanText(window.toS)}`,
        numberText(callsEndedAround),
        numberText(callsFailedAround),
      ]),
    },
  )}`;
