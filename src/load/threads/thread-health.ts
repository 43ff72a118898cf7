import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { NO_SESSIONS, type SessionCounts } from '../../journal/session-counts.js';
import type { DriverCounters } from '../../mcp/driver.js';
import type { ThreadReading } from '../drive-recorder.js';

/**
 * CPU seconds of the calling thread since it started; undefined where it cannot be told (only Linux tells it to a thread of Node 20).
 * Linux counts nanoseconds on the CPU as the first figure of `schedstat`.
 */
export function threadCpuS(): number | undefined {
  try {
    const nanoseconds = Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]);
    return Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : undefined;
  } catch {
    return undefined;
  }
}

/** The sessions that a thread has told of so far, drive after drive. */
export class ToldSessions {
  #told: SessionCounts = NO_SESSIONS;

  /** What came since the last time. */
  since(now: SessionCounts): Pick<ThreadReading, 'sessionsOpened' | 'sessionsLost' | 'sessionsReplaced'> {
    const before = this.#told;
    this.#told = now;
    const [opened, lost, replaced] = [now.opened - before.opened, now.lost - before.lost, now.replaced - before.replaced];
    return {
      ...(opened === 0 ? {} : { sessionsOpened: opened }),
      ...(lost === 0 ? {} : { sessionsLost: lost }),
      ...(replaced === 0 ? {} : { sessionsReplaced: replaced }),
    };
  }
}

/** Reads the state of this thread once a second, as differences to the reading before. */
export class ThreadHealth {
  readonly #counters: () => DriverCounters;
  readonly #told: ToldSessions;
  #cpuS = threadCpuS();
  #utilisation = performance.eventLoopUtilization();
  #streams: DriverCounters['streams'];
  #opened: number;
  #reused: number;

  /** @param told of the thread, over its drives */
  constructor(counters: () => DriverCounters, told = new ToldSessions()) {
    this.#counters = counters;
    this.#told = told;
    const { connectionsOpened, connectionsReused, streams } = counters();
    this.#streams = streams;
    this.#opened = connectionsOpened;
    this.#reused = connectionsReused;
  }

  read(): ThreadReading {
    const cpuS = threadCpuS();
    const utilisation = performance.eventLoopUtilization();
    const { connectionsOpened, connectionsReused, streams, sessions } = this.#counters();
    const before = this.#streams;
    this.#streams = streams;
    const reading: ThreadReading = {
      ...(cpuS === undefined || this.#cpuS === undefined ? {} : { cpuS: cpuS - this.#cpuS }),
      eventLoopUtilisation: performance.eventLoopUtilization(utilisation, this.#utilisation).utilization,
      connectionsOpened: connectionsOpened - this.#opened,
      connectionsReused: connectionsReused - this.#reused,
      ...this.#told.since(sessions),
      ...(streams === undefined || before === undefined
        ? {}
        : {
            streamsOpen: streams.open,
            streamsLost: streams.lost - before.lost,
            streamMessages: streams.messages - before.messages,
          }),
    };
    this.#cpuS = cpuS;
    this.#utilisation = utilisation;
    this.#opened = connectionsOpened;
    this.#reused = connectionsReused;
    return reading;
  }
}
