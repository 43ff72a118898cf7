import { setTimeout as wait } from 'node:timers/promises';
import type { ResourceFigures } from '../../capacity/capacity-figures.js';
import type { LoadEngine } from '../../load/load-engine.js';
import type { Scenario } from '../../scenario/scenario.js';

export interface SessionMemory {
  readonly scenario: Scenario;
  /** Whether the target keeps sessions. */
  readonly stateful: boolean;
  /** Makes the engine that holds the idle sessions. */
  readonly engineFor: (scenario: Scenario) => LoadEngine;
  /** Resident bytes of the server now; undefined where it cannot be read. */
  readonly readRss: () => Promise<number | undefined>;
  /** Most sessions that may be opened. */
  readonly atMost: number;
}

const SESSIONS = 200;
const READINGS = 6;
const EVERY_MS = 300;
/** What an idle process may grow by itself without it being the sessions. */
const NOISE_BYTES = 2 * 1024 * 1024;

/**
 * Memory of one idle session: the growth of the server while many are opened at once, over their number. A heap that collects in between
 * makes it smaller than it is, so a growth within the noise gives no figure.
 */
export async function sessionMemory(measure: SessionMemory): Promise<Pick<ResourceFigures, 'sessionBytes' | 'remarks'>> {
  const { scenario, stateful, readRss, atMost } = measure;
  if (!stateful) return { remarks: ['the target keeps no sessions: none were opened to weigh them'] };
  const count = Math.min(SESSIONS, atMost);
  const before = await largestOf(readRss);
  if (before === undefined) return { remarks: ['memory of the server cannot be read: sessions were not weighed'] };
  const engine = measure.engineFor({ ...scenario, sessions: { count }, load: { ...scenario.load, workers: 1 } });
  try {
    await engine.open();
    const after = await largestOf(readRss);
    if (after === undefined) return { remarks: ['the server went away while idle sessions were open'] };
    const grown = after - before;
    if (grown < NOISE_BYTES) {
      return {
        remarks: [`${count} idle sessions grew the server by ${Math.max(0, Math.round(grown / 1024))} KiB: too little to tell`],
      };
    }
    return { sessionBytes: Math.round(grown / count), remarks: [] };
  } catch (error) {
    return { remarks: [`${count} idle sessions could not be opened (${(error as Error).message}): none were weighed`] };
  } finally {
    await engine.close();
  }
}

async function largestOf(read: () => Promise<number | undefined>): Promise<number | undefined> {
  const readings: number[] = [];
  for (let i = 0; i < READINGS; i++) {
    const bytes = await read();
    if (bytes !== undefined) readings.push(bytes);
    await wait(EVERY_MS);
  }
  return readings.length === 0 ? undefined : Math.max(...readings);
}
