import { expect, it } from 'vitest';
import { sessionsText, trafficText } from '../../src/report/session-words.js';
import { sessionEntries } from '../../src/run/session-entries.js';

const counts = { opened: 12, lost: 2, replaced: 2, ended: 10 };

it('sessions stand in one line', () => {
  expect(sessionsText({ ...counts, endedByStatus: { '200': 9, none: 1 } })).toBe(
    '12 opened, 2 lost, 2 replaced, 10 ended (HTTP 200: 9, no answer: 1)',
  );
  expect(sessionsText({ ...counts, endedByStatus: { '405': 10 } })).toBe(
    '12 opened, 2 lost, 2 replaced, 10 ended (HTTP 405: 10): the server does not end sessions',
  );
  // HTTP+SSE and stdio have no DELETE.
  expect(sessionsText({ ...counts, endedByStatus: {} })).toBe('12 opened, 2 lost, 2 replaced, 10 ended');
  expect(sessionsText({ opened: 12, lost: 0, replaced: 0 })).toBe('12 opened, 0 lost, 0 replaced, how they ended is not known');
});

it.each([
  [{ '405': 10 }, /^the server does not end sessions: 10 of 10 DELETE requests were answered otherwise \(10 with HTTP 405\)/],
  [{ '200': 8, '405': 2 }, /^the server does not end sessions: 2 of 10/],
  [{ '200': 7, '500': 2, none: 1 }, /^sessions were not ended by the server: 3 of 10 .*2 with HTTP 500, 1 not at all/],
] as const)('an end that was refused is told: %o', (endedByStatus, text) => {
  const [note, entry] = sessionEntries({ ...counts, endedByStatus }, 7);
  expect(note).toMatchObject({
    type: 'note',
    t: 7,
    level: 'info',
    code: 'sessions-not-ended',
    text: expect.stringMatching(text),
  });
  expect(entry).toMatchObject({ type: 'sessions', t: 7, ...counts });
});

it.each([{ '200': 10 }, { '204': 3, '202': 7 }, { '200': 9, '404': 1 }, {}])(
  'an end that was taken is not: %o',
  (endedByStatus) => {
    expect(
      sessionEntries({ ...counts, endedByStatus: endedByStatus as Record<string, number> }, 7).map(({ type }) => type),
    ).toEqual(['sessions']);
  },
);

it('a target without sessions leaves no entry', () => {
  expect(sessionEntries(undefined, 7)).toEqual([]);
  expect(sessionEntries({ opened: 0, lost: 0, replaced: 0, ended: 0, endedByStatus: {} }, 7)).toEqual([]);
});

it('what a search sent stands in one line', () => {
  expect(
    trafficText([
      { what: 'trial', drives: 9, calls: 5020, failed: 3 },
      { what: 'idle-check', drives: 2, calls: 40, failed: 0 },
    ]),
  ).toMatch(/^5.060 calls in all: 5.020 in trials, 40 in checks whether the target was idle$/);
});
