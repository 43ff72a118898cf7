import { describe, expect, it } from 'vitest';
import { SessionTally } from '../../src/analysis/session-tally.js';
import { NO_SESSIONS } from '../../src/journal/session-counts.js';
import { ToldSessions } from '../../src/load/threads/thread-health.js';

describe('the sessions of a run', () => {
  it('are those of the entry that closes them', () => {
    const tally = new SessionTally();
    tally.addSecond({ sessionsOpened: 10 });
    tally.close({ type: 'sessions', t: 9, opened: 13, lost: 3, replaced: 3, ended: 10, endedByStatus: { '200': 10 } });
    expect(tally.figures().sessions).toEqual({ opened: 13, lost: 3, replaced: 3, ended: 10, endedByStatus: { '200': 10 } });
  });

  it('of a journal that was cut short are told as far as its seconds go', () => {
    const tally = new SessionTally();
    tally.addSecond({ sessionsOpened: 10 });
    tally.addSecond({});
    tally.addSecond({ sessionsOpened: 1, sessionsLost: 2, sessionsReplaced: 1 });
    expect(tally.figures().sessions).toEqual({ opened: 11, lost: 2, replaced: 1 });
  });

  it('are absent where the target keeps none', () => {
    const tally = new SessionTally();
    tally.addSecond({});
    expect(tally.figures()).toEqual({});
    tally.close({ type: 'sessions', t: 1, ...NO_SESSIONS });
    expect(tally.figures()).toEqual({});
  });

  it('are told once by a thread, over all its drives', () => {
    const told = new ToldSessions();
    expect(told.since({ ...NO_SESSIONS, opened: 5 })).toEqual({ sessionsOpened: 5 });
    expect(told.since({ ...NO_SESSIONS, opened: 5 })).toEqual({});
    expect(told.since({ ...NO_SESSIONS, opened: 6, lost: 2, replaced: 1 })).toEqual({
      sessionsOpened: 1,
      sessionsLost: 2,
      sessionsReplaced: 1,
    });
  });
});
