import type { EventEntry } from '../journal/journal-entry.js';
import type { SecondEntry } from '../journal/second-entry.js';
import type { StartEntry } from '../journal/start-entry.js';
import type { EventFigures } from '../result/event-figures.js';

/** Calls lost this long after the end of an event are still counted as lost around it, in seconds. */
export const AROUND_S = 5;

interface Carried {
  readonly name: string;
  readonly startS: number;
  end?: EventEntry;
}

interface Lost {
  ended: number;
  lost: number;
}

/** Collects the commands of the user's own that were carried out, and what became of the calls around them. */
export class EventTally {
  readonly #active: boolean;
  readonly #events: Carried[] = [];
  readonly #seconds = new Map<number, Lost>();

  constructor({ scenario }: StartEntry) {
    this.#active = Array.isArray(scenario.events) && scenario.events.length > 0;
  }

  add(entry: EventEntry): void {
    if (entry.what === 'start') this.#events.push({ name: entry.name, startS: entry.t });
    else {
      const begun = this.#events.find(({ name, end }) => name === entry.name && end === undefined);
      if (begun !== undefined) begun.end = entry;
    }
  }

  /** Costs nothing where the scenario has no events. */
  addSecond({ t, cells }: SecondEntry): void {
    if (!this.#active) return;
    const second = this.#seconds.get(t) ?? { ended: 0, lost: 0 };
    this.#seconds.set(t, second);
    for (const { ok = 0, failed = 0, dropped = 0, unfinished = 0 } of cells) {
      second.lost += failed + dropped + unfinished;
      second.ended += ok + failed + dropped + unfinished;
    }
  }

  /**
   * In the order in which they were started.
   * @param endedS seconds from the start of the first phase to the end of the journal
   */
  figures(endedS: number): readonly EventFigures[] {
    return [...this.#events]
      .sort((a, b) => a.startS - b.startS)
      .map(({ name, startS, end }) => {
        // Counts are kept by the second: the seconds that the stretch touches.
        const fromS = Math.floor(startS);
        const toS = Math.ceil(Math.min(endedS, (end?.t ?? endedS) + AROUND_S));
        const around = [...this.#seconds].filter(([t]) => t >= fromS && t < toS).map(([, second]) => second);
        return {
          name,
          startS,
          ...(end === undefined ? {} : { endS: end.t }),
          ...(end?.exitCode === undefined ? {} : { exitCode: end.exitCode }),
          ...(end?.durationS === undefined ? {} : { durationS: end.durationS }),
          window: { fromS, toS: Math.max(fromS, toS) },
          callsEndedAround: around.reduce((sum, { ended }) => sum + ended, 0),
          callsFailedAround: around.reduce((sum, { lost }) => sum + lost, 0),
        };
      });
  }
}
