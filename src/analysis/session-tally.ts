import type { GeneratorSecond } from '../journal/second-entry.js';
import type { SessionCounts } from '../journal/session-counts.js';
import type { SessionsEntry, TrafficEntry } from '../journal/sessions-entry.js';
import type { SessionFigures } from '../result/result.js';

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
