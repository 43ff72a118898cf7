import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { weighSessions } from '../../src/capacity/search/session-weight.js';
import { createLoadEngine } from '../../src/load/threads/create-load-engine.js';
import { capacityParts } from '../../src/run/capacity/capacity-parts.js';
import { sessionMemory } from '../../src/run/capacity/session-memory.js';
import { parseScenario } from '../../src/scenario/reading/parse-scenario.js';
import { fixture, startServerForAll } from './plimsoll.js';

const KIB = 1024;

describe('weighing the sessions of a server', () => {
  it('finds what a session is known to hold, and leaves none open', async () => {
    const held = 512 * KIB;
    const command = [process.execPath, fixture('session-server.js'), '--bytes', String(held)];
    const { port, pid, stop } = await startServerForAll(command);
    onTestFinished(stop);
    const { scenario } = parseScenario(
      `{ plimsoll: 1, name: s, target: { url: "http://127.0.0.1:${port}/mcp", protocol: legacy },
         load: { phases: [ { name: a, rate: 1/s, for: 1s } ] }, calls: [ { tool: work, arguments: {} } ] }`,
      { fileName: 's.yaml', folder: '.', env: {}, files: { read: () => '', exists: () => false } },
    );
    const { sessions = [], remarks } = await sessionMemory({
      scenario,
      stateful: true,
      engineFor: (scenario) => createLoadEngine({ scenario }),
      readRss: () => capacityParts.readRss(pid),
      atMost: Number.POSITIVE_INFINITY,
      wait,
      stopped: () => false,
    });
    expect(remarks).toEqual([]);
    const found = weighSessions(sessions);
    const shown = JSON.stringify({ sessions, found });
    const [low, high] = found.intervals?.sessionBytes ?? [0, 0];
    // The buffer, and little beside it: its entry in a map, an id, what is left of the request.
    expect(found.sessionBytes, shown).toBeGreaterThan(held * 0.97);
    expect(found.sessionBytes, shown).toBeLessThan(held + 64 * KIB);
    expect(low, shown).toBeLessThan(held + 32 * KIB);
    expect(high, shown).toBeGreaterThan(held);
    expect(await (await fetch(`http://127.0.0.1:${port}/sessions`)).json()).toBe(0);
  });
});
