import type { GeneratorSecond } from '../journal/second-entry.js';
import type { StreamFigures } from '../result/result.js';

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
