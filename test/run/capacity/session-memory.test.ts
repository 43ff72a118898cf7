import { describe, expect, it } from 'vitest';
import { weighSessions } from '../../../src/capacity/search/session-weight.js';
import type { LoadEngine } from '../../../src/load/load-engine.js';
import { type SessionMemory, sessionMemory } from '../../../src/run/capacity/session-memory.js';
import { parseScenario } from '../../../src/scenario/reading/parse-scenario.js';

const MIB = 2 ** 20;
const { scenario } = parseScenario(
  'plimsoll: 1\nname: s\ntarget: { url: "http://127.0.0.1:9/mcp" }\nload: { phases: [ { name: a, rate: 1/s, for: 1s } ] }\ncalls: [ { tool: t, arguments: {} } ]\n',
  { fileName: 's.yaml', folder: '.', env: {}, files: { read: () => '', exists: () => false } },
);

/** A server of 100 MiB and 30 KiB a session that needs five readings to come to rest. */
function measured(
  change: Partial<SessionMemory> & {
    readonly failsAt?: number;
    readonly goneAt?: number;
    readonly bytesOfOne?: number;
    readonly noise?: (reading: number) => number;
  } = {},
) {
  const { failsAt, goneAt, bytesOfOne = 30 * 1024, noise = () => 0, ...rest } = change;
  let lots = 0;
  let open = 0;
  let closed = 0;
  let sinceOpened = 0;
  const engineFor: SessionMemory['engineFor'] = ({ sessions }) =>
    ({
      workers: 1,
      open: async () => {
        if (failsAt !== undefined && open >= failsAt) throw new Error('too many sessions');
        open += sessions.count;
        lots += 1;
        sinceOpened = 0;
        return [];
      },
      close: async () => {
        closed += sessions.count;
      },
    }) as Partial<LoadEngine> as LoadEngine;
  const found = sessionMemory({
    scenario,
    stateful: true,
    engineFor,
    readRss: async () => {
      sinceOpened += 1;
      if (goneAt !== undefined && open >= goneAt) return undefined;
      return 100 * MIB + open * bytesOfOne + noise(lots) + Math.max(0, 5 - sinceOpened) * MIB;
    },
    atMost: Number.POSITIVE_INFINITY,
    wait: async () => undefined,
    stopped: () => false,
    ...rest,
  });
  return { found, closed: () => closed };
}

describe('weighing idle sessions', () => {
  it('reads the memory after each lot, when it has come to rest, until a session is told, and closes them all', async () => {
    const { found, closed } = measured();
    const { sessions = [], remarks } = await found;
    const opened = [50, 100, 150, 200, 250, 300];
    expect(sessions.map((reading) => reading.sessions)).toEqual(opened);
    expect(sessions.map(({ rssBytes }) => rssBytes - 100 * MIB)).toEqual(opened.map((count) => count * 30 * 1024));
    expect(remarks).toEqual([]);
    expect(weighSessions(sessions).sessionBytes).toBe(30 * 1024);
    expect(closed()).toBe(300);
  });

  it('opens more where the first lots do not tell, up to a bound, and fewer where sessions are large', async () => {
    const noisy = measured({ noise: (reading) => (reading % 2) * 20 * MIB });
    expect((await noisy.found).sessions?.at(-1)?.sessions).toBe(700);
    expect(noisy.closed()).toBe(700);
    const large = await measured({ bytesOfOne: 3 * MIB }).found;
    // 150 MiB a lot: the fifth is the first that is more than 512 MiB above the first.
    expect(large.sessions?.at(-1)?.sessions).toBe(250);
  });

  it('opens no more than the target accepts', async () => {
    const { sessions } = await measured({ atMost: 23, bytesOfOne: 0 }).found;
    expect(sessions?.at(-1)?.sessions).toBe(21);
    expect((await measured({ atMost: 5 }).found).remarks.join()).toContain('accepts 5 sessions');
  });

  it('keeps what was read when no more can be opened or the server goes away, and closes what was open', async () => {
    const refused = measured({ failsAt: 150 });
    const { sessions, remarks } = await refused.found;
    expect(sessions).toHaveLength(3);
    expect(remarks).toEqual(['200 idle sessions could not be opened (too many sessions)']);
    expect(refused.closed()).toBe(200);
    const gone = await measured({ goneAt: 100 }).found;
    expect(gone.sessions).toHaveLength(1);
    expect(gone.remarks.join()).toContain('went away');
    expect(await measured({ goneAt: 0 }).found).toEqual({
      remarks: ['memory of the server cannot be read: memory per session was not measured'],
    });
  });

  it('stops when asked to, and opens nothing where no sessions are kept', async () => {
    const stopped = measured({ stopped: () => true });
    expect((await stopped.found).sessions).toHaveLength(1);
    expect((await measured({ stateful: false }).found).remarks.join()).toContain('keeps no sessions');
  });
});
