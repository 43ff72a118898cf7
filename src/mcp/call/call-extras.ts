import type { CallAnswer } from '../driver.js';
import type { AskInVain } from '../protocol/ask-in-vain.js';

/** What few calls have beside request and answer; made when it is first needed, for every call costs what it holds. */
export class CallExtras {
  /** Requests of the server that we answered. */
  rounds = 0;
  /** Progress notifications that came. */
  progress = 0;
  /** Milliseconds in which the server waited for replies of ours. */
  oursMs = 0;
  /** Replies that it waits for now, since when, and what was left of its time then. */
  waits = 0;
  waitFromMs = 0;
  leftMs = 0;
  /** Cancelled, and still looked at for whether the work stopped. */
  watching = false;
  /** What the server asked for first and did not get. */
  inVain: AskInVain | undefined = undefined;

  /** Those that are not zero. */
  figures(): Pick<CallAnswer, 'rounds' | 'progress' | 'oursMs'> {
    const { rounds, progress, oursMs } = this;
    return {
      ...(rounds === 0 ? {} : { rounds }),
      ...(progress === 0 ? {} : { progress }),
      ...(oursMs === 0 ? {} : { oursMs }),
    };
  }
}
