import type { JournalEntry } from '../../journal/journal-entry.js';
import type { RunWatcher } from '../../run/perform-run.js';
import type { Segment } from '../../scenario/plan/segment.js';
import { spanText } from '../../text/figure-text.js';
import type { Console } from '../console.js';
import { LiveFigures } from '../progress/live-figures.js';
import { LiveProgress } from '../progress/live-progress.js';

export interface ConsoleWatcher extends Required<RunWatcher> {
  /** Says something whatever else is on the screen. */
  warn(text: string): void;
  close(): void;
}

/** Says on stderr what a run is doing; with `quiet` only what is wrong. */
export function consoleWatcher(timeline: readonly Segment[], console: Console, quiet: boolean): ConsoleWatcher {
  let figures = new LiveFigures(timeline);
  let progress: LiveProgress | undefined;
  const warn = (text: string): void => {
    if (progress === undefined) console.err(text);
    else progress.say(text);
  };
  const say = (text: string): void => {
    if (!quiet) warn(text);
  };
  const close = (): void => {
    progress?.stop();
    progress = undefined;
  };
  return {
    onFolder: ({ dir }) => say(`run folder ${dir}`),
    onStep: say,
    onOpened: (environment) => {
      for (const { level, text } of environment.notes) if (level === 'warning' || !quiet) warn(`${level}: ${text}`);
    },
    onStart: (startedAtMs) => {
      // A run that is repeated starts again from nothing.
      figures = new LiveFigures(timeline);
      const endS = timeline.reduce((end, segment) => Math.max(end, segment.endS), 0);
      say(`load starts: ${spanText(endS)}`);
      if (!quiet) progress = new LiveProgress(figures, startedAtMs, console);
    },
    onEntry: (entry: JournalEntry) => {
      figures.add(entry);
      if (entry.type !== 'note' || entry.level === 'info' || entry.t === 0) return;
      // What the user asked for has been said when it was asked for.
      if (entry.code !== 'interrupted' && entry.code !== 'terminated') warn(`${entry.level}: ${entry.text}`);
    },
    onDriven: close,
    warn,
    close,
  };
}
