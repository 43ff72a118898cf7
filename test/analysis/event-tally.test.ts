import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import { AROUND_S } from '../../src/analysis/event-tally.js';
import type { EndEntry, EventEntry, JournalEntry } from '../../src/journal/journal-entry.js';
import { journalOf, type MadeCall, startEntry, timelineOf } from './made-journal.js';

const TIMELINE = timelineOf([{ name: 'steady', kind: 'steady', forS: 30 }]);
const WITH_EVENTS = { plimsoll: 1, name: 'made', events: [{ name: 'restart' }, { name: 'scale' }] };

/** One call in each tenth of a second; which fail is for the test to say. */
const calls = (fails: (dueS: number) => boolean): readonly MadeCall[] =>
  Array.from({ length: 300 }, (_, index) => {
    const dueS = index / 10 + 0.05;
    return {
      tool: 'echo',
      endpoint: 'a',
      segment: 0,
      dueS,
      latenessUs: 0,
      serviceUs: 1000,
      outcome: fails(dueS) ? (index % 3 === 0 ? 'dropped' : 'server-error') : 'ok',
    };
  });

const start = (name: string, t: number): EventEntry => ({ type: 'event', t, name, what: 'start' });
const end = (name: string, t: number, durationS: number, exitCode?: number): EventEntry => ({
  type: 'event',
  t,
  name,
  what: 'end',
  durationS,
  ...(exitCode === undefined ? {} : { exitCode }),
});
const ENDED: EndEntry = { type: 'end', t: 30, reason: 'completed' };

function eventsOf(entries: readonly JournalEntry[], fails: (dueS: number) => boolean, scenario: object = WITH_EVENTS) {
  const journal = journalOf(startEntry(TIMELINE, { scenario: scenario as Record<string, unknown> }), calls(fails));
  return analyse([...journal, ...entries]).result.events;
}

describe('the calls around an event', () => {
  it('are counted from its start until 5 s after its end, by whole seconds, whatever way they were lost', () => {
    const fails = (dueS: number): boolean => (dueS > 8 && dueS < 12) || (dueS > 18 && dueS < 19) || dueS > 25;
    const [event, ...more] = eventsOf([start('restart', 10.4), end('restart', 13.2, 2.8, 0), ENDED], fails) ?? [];
    expect(more).toEqual([]);
    expect(AROUND_S).toBe(5);
    expect(event).toEqual({
      name: 'restart',
      startS: 10.4,
      endS: 13.2,
      durationS: 2.8,
      exitCode: 0,
      // 13.2 + 5 = 18.2: the second that it falls into counts whole.
      window: { fromS: 10, toS: 19 },
      callsEndedAround: 90,
      callsFailedAround: calls(fails).filter(({ dueS, outcome }) => outcome !== 'ok' && dueS >= 10 && dueS < 19).length,
    });
    expect(event?.callsFailedAround).toBe(30);
  });

  it('go to the end of the run for a command of which nothing says that it ended, or that ended with it', () => {
    const events = eventsOf([start('scale', 28), end('scale', 29, 1), start('restart', 20), ENDED], (dueS) => dueS > 27);
    expect(events?.map(({ name }) => name)).toEqual(['restart', 'scale']);
    expect(events?.[0]).toMatchObject({ window: { fromS: 20, toS: 30 }, callsEndedAround: 100, callsFailedAround: 30 });
    expect(events?.[0]).not.toHaveProperty('endS');
    expect(events?.[1]).toMatchObject({ window: { fromS: 28, toS: 30 }, callsFailedAround: 20 });
    expect(events?.[1]).not.toHaveProperty('exitCode');
  });

  it('are absent where the scenario has no events, and an empty list where none was started', () => {
    expect(eventsOf([ENDED], () => false, { plimsoll: 1, name: 'made' })).toBeUndefined();
    expect(eventsOf([ENDED], () => false)).toEqual([]);
  });
});
