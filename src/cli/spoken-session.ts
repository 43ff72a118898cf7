import type { SessionWatcher } from '../run/run-session.js';
import type { Console } from './console.js';

/** A watcher that prints, and can say something whatever else is said. */
export type Spoken<Watcher> = Required<Watcher> & { warn(text: string): void };

/** What a search and a gate say on stderr alike; `say` is silent with `quiet`. */
export function spokenSession(console: Console, quiet: boolean) {
  const say = (text: string): void => {
    if (!quiet) console.err(text);
  };
  return {
    say,
    told: {
      onFolder: ({ dir }) => say(`run folder ${dir}`),
      onStep: say,
      onNote: (level: string, text: string) => console.err(`${level}: ${text}`),
      warn: (text) => console.err(text),
    } satisfies Spoken<Pick<SessionWatcher, 'onFolder' | 'onStep'>> & { onNote(level: string, text: string): void },
  };
}
