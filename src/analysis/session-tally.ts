import type { GeneratorSecond } from '../journal/second-entry.js';
import type { SessionCounts } from '../journal/session-counts.js';
import { type SessionsEntry, TRAFFIC_KINDS, type TrafficEntry, type TrafficKind } from '../journal/sessions-entry.js';
import type { SessionFigures, StreamFigures } from '../result/result.js';
import type { TrafficFigures } from '../result/traffic-figures.js';

/** The sessions of a run: from the entry that closes them, or, in a journal that was cut short, as far as its seconds tell. */
export class SessionTally {
  #opened = 0;
  #lost = 0;
  #replaced = 0;
  #closed: SessionsEntry | undefined;

  addSecond({ sessionsOpened = 0, sessionsLost = 0, sessionsReplaced = 0 }: GeneratorSecond): void {
    this.#add({ opened: sessionsOpened, lost: sessionsLost, replaced: sessionsReplaced });
  }

  addTraffic({ sessions }: TrafficEntry): void {
    if (sessions !== undefined) this.#add(sessions);
  }

  close(entry: SessionsEntry): void {
    this.#closed = entry;
  }

  /** Nothing where the target keeps no sessions. */
  figures(): { readonly sessions?: SessionFigures } {
    if (this.#closed !== undefined) {
      const { type: _, t: __, ...counts } = this.#closed;
      return counts.opened === 0 ? {} : { sessions: counts };
    }
    if (this.#opened === 0) return {};
    // How they ended is not known.
    return { sessions: { opened: this.#opened, lost: this.#lost, replaced: this.#replaced } };
  }

  #add({ opened, lost, replaced }: Pick<SessionCounts, 'opened' | 'lost' | 'replaced'>): void {
    this.#opened += opened;
    this.#lost += lost;
    this.#replaced += replaced;
  }
}

/** Streams held beside the calls, added up over seconds and load threads. */
export class StreamTally {
  readonly #byWorker = new Map<number, { fewest: number; most: number }>();
  #lost = 0;
  #messages = 0;

  add(worker: number, { streamsOpen, streamsLost = 0, streamMessages = 0 }: GeneratorSecond): void {
    if (streamsOpen === undefined) return;
    const own = this.#byWorker.get(worker);
    if (own === undefined) this.#byWorker.set(worker, { fewest: streamsOpen, most: streamsOpen });
    else {
      own.fewest = Math.min(own.fewest, streamsOpen);
      own.most = Math.max(own.most, streamsOpen);
    }
    this.#lost += streamsLost;
    this.#messages += streamMessages;
  }

  /** Nothing when no streams were asked for. */
  figures(): { readonly streams?: StreamFigures } {
    if (this.#byWorker.size === 0) return {};
    const sum = (pick: (own: { readonly fewest: number; readonly most: number }) => number): number =>
      [...this.#byWorker.values()].reduce((total, own) => total + pick(own), 0);
    return {
      streams: { fewest: sum(({ fewest }) => fewest), most: sum(({ most }) => most), lost: this.#lost, messages: this.#messages },
    };
  }
}

/** Adds up what a capacity search sent. */
export class TrafficTally {
  readonly #kinds = new Map<TrafficKind, { drives: number; calls: number; failed: number }>();

  add({ what, calls, failed }: TrafficEntry): void {
    const own = this.#kinds.get(what) ?? { drives: 0, calls: 0, failed: 0 };
    this.#kinds.set(what, own);
    own.drives += 1;
    own.calls += calls;
    own.failed += failed;
  }

  figures(): readonly TrafficFigures[] {
    return TRAFFIC_KINDS.flatMap((what) => {
      const own = this.#kinds.get(what);
      return own === undefined ? [] : [{ what, ...own }];
    });
  }
}
