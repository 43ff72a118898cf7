import { setTimeout as wait } from 'node:timers/promises';
import { isTold, weighSessions } from '../../capacity/search/session-weight.js';
import { addSessions, NO_SESSIONS } from '../../journal/session-counts.js';
import { trafficEntry } from '../../journal/sessions-entry.js';
import type { ResourcesEntry, SessionReading } from '../../journal/trial-entry.js';
import type { LoadEngine } from '../../load/load-engine.js';
import type { Scenario } from '../../scenario/scenario.js';
import { countText } from '../../text/figure-text.js';
import type { SearchContext } from './search-context.js';

export interface SessionMemory {
  readonly scenario: Scenario;
  /** Whether the target keeps sessions. */
  readonly stateful: boolean;
  /** Makes an engine that holds idle sessions. */
  readonly engineFor: (scenario: Scenario) => LoadEngine;
  /** Resident bytes of the server now; undefined where it cannot be read. */
  readonly readRss: () => Promise<number | undefined>;
  /** Most sessions that may be opened. */
  readonly atMost: number;
  readonly wait: (ms: number) => Promise<unknown>;
  readonly stopped: () => boolean;
}

type Weighed = Pick<ResourcesEntry, 'sessions' | 'remarks'>;

const LOT = 50;
/** The first lot is not read: what a server loads and compiles for its first sessions is no weight of a session. */
const LEAST_LOTS = 6;
const MOST_LOTS = 14;
/** Growth at which no more are opened: the server is to be weighed, not to be filled. */
const MOST_GROWN_BYTES = 512 * 2 ** 20;
const EVERY_MS = 250;
/** Settled: so many readings in a row lie within this much of one another. */
const ALIKE = 4;
const ALIKE_BYTES = 256 * 1024;
const MOST_READINGS = 12;

/** Memory of a session, before any load: afterwards the heap has room for many sessions, and resident memory tells nothing of them. */
export async function weighIdleSessions(context: SearchContext): Promise<void> {
  const { scenario, request, watcher, environment, ended } = context;
  const { pid, endpoints, engineBeside } = environment;
  if (pid === undefined || engineBeside === undefined || ended.aborted) return;
  const stateful = endpoints.some((endpoint) => endpoint.stateful && endpoint.era === 'legacy');
  if (stateful) watcher.onStep?.('measuring memory per idle session (up to 1 min, not part of the budget)');
  const engines: LoadEngine[] = [];
  const weighed = await sessionMemory({
    scenario,
    stateful,
    engineFor: (held) => {
      const engine = engineBeside(held);
      engines.push(engine);
      return engine;
    },
    readRss: () => context.readRss(pid),
    atMost: request.mostSessions ?? Number.POSITIVE_INFINITY,
    wait,
    stopped: () => ended.aborted,
  });
  context.write({ type: 'resources', t: context.nowS(), ...weighed });
  if (engines.length === 0) return;
  const sessions = engines.flatMap(({ lastCounters }) => lastCounters?.sessions ?? []).reduce(addSessions, NO_SESSIONS);
  context.write(trafficEntry('idle-sessions', context.nowS(), { calls: 0, failed: 0, sessions }));
}

/**
 * Opens idle sessions lot by lot and reads the resident memory of the server after each, settled: what a line of memory over sessions is drawn
 * through. It ends when the line tells what a session weighs, or after so many that it would have. What could not be opened or read is
 * said in a remark; the readings until then stand.
 */
export async function sessionMemory(measure: SessionMemory): Promise<Weighed> {
  const { scenario, stateful, atMost, stopped } = measure;
  if (!stateful) return { remarks: ['the target keeps no sessions: memory per session was not measured'] };
  const lot = Math.min(LOT, Math.floor(atMost / LEAST_LOTS));
  if (lot < 1) return { remarks: [`the target accepts ${countText(atMost, 'session')}: too few to measure memory per session`] };
  const engines: LoadEngine[] = [];
  const sessions: SessionReading[] = [];
  const ended = (remark: string): Weighed => ({ ...(sessions.length === 0 ? {} : { sessions }), remarks: [remark] });
  try {
    if ((await measure.readRss()) === undefined) {
      return ended('memory of the server cannot be read: memory per session was not measured');
    }
    for (let opened = lot; opened <= Math.min(MOST_LOTS * lot, atMost); opened += lot) {
      const engine = measure.engineFor({ ...scenario, sessions: { count: lot }, load: { ...scenario.load, workers: 1 } });
      engines.push(engine);
      await engine.open();
      const rssBytes = await settledRss(measure);
      if (rssBytes === undefined) return ended('the server went away while idle sessions were open');
      sessions.push({ sessions: opened, rssBytes });
      if (stopped()) return ended('stopped while memory per session was measured');
      if (engines.length >= LEAST_LOTS && isTold(weighSessions(sessions))) break;
      if (rssBytes - (sessions[0]?.rssBytes ?? 0) > MOST_GROWN_BYTES) break;
    }
    return { sessions, remarks: [] };
  } catch (error) {
    return ended(`${countText(engines.length * lot, 'idle session')} could not be opened (${(error as Error).message})`);
  } finally {
    await Promise.all(engines.map((engine) => engine.close()));
  }
}

/** Median of the last readings once they lie together, or of the last that were allowed; undefined where one could not be read. */
async function settledRss({ readRss, wait }: SessionMemory): Promise<number | undefined> {
  let last: readonly number[] = [];
  for (let i = 0; i < MOST_READINGS; i++) {
    await wait(EVERY_MS);
    const bytes = await readRss();
    if (bytes === undefined) return undefined;
    last = [...last, bytes].slice(-ALIKE);
    if (last.length === ALIKE && Math.max(...last) - Math.min(...last) <= ALIKE_BYTES) break;
  }
  const sorted = [...last].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
