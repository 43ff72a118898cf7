import type { EventFigures } from '../../../result/event-figures.js';
import { ABSENT, countText, nounFor, numberText, spanText } from '../../../text/figure-text.js';
import { column, numeric } from '../../column.js';
import { dataTable, type Html, html, NOTHING, type SectionMaker } from '../html.js';

/** Most events shown. */
const MAX_EVENTS = 200;

/** What happened during the run, in words. */
export const eventsSection: SectionMaker = ({ result }) => {
  const { notes } = result.run;
  const { events = [] } = result;
  return {
    id: 'events',
    title: 'Events',
    body: html`${events.length === 0 ? NOTHING : commands(events)}${dataTable(notes.slice(0, MAX_EVENTS), {
      label: 'Events',
      columns: [
        numeric('At', ({ atS }) => spanText(atS)),
        column('Level', ({ level }) => html`<span class="level-${level}">${level}</span>`),
        column('Event', ({ code }) => html`<code>${code}</code>`),
        column('What happened', ({ text }) => html`<span class="server-text">${text}</span>`),
      ],
      empty: 'Nothing was noted.',
    })}${notes.length > MAX_EVENTS ? html`<p class="note">${countText(notes.length - MAX_EVENTS, 'more event')} ${nounFor(notes.length - MAX_EVENTS, 'is', 'are')} in result.json.</p>` : ''}`,
  };
};

/** The scenario's own commands, and the calls lost around them. */
const commands = (events: readonly EventFigures[]): Html =>
  html`<p class="note">Commands of the scenario in the time line. Calls are counted by whole seconds, from the start of a command until 5 s after its end, whatever else happened then.</p>${dataTable(
    events,
    {
      label: 'Commands of the scenario',
      columns: [
        column('Command', ({ name }) => name),
        numeric('Started at', ({ startS }) => spanText(startS)),
        numeric('Took', ({ durationS }) => (durationS === undefined ? ABSENT : spanText(durationS))),
        numeric('Exit code', ({ exitCode }) => (exitCode === undefined ? ABSENT : String(exitCode))),
        numeric('Calls counted from – to', ({ window }) => `${spanText(window.fromS)} – ${spanText(window.toS)}`),
        numeric('Calls ended', ({ callsEndedAround }) => numberText(callsEndedAround)),
        numeric('Of them failed or unanswered', ({ callsFailedAround }) => numberText(callsFailedAround)),
      ],
    },
  )}`;
