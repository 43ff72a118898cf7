import type { JournalEntry } from '../journal/journal-entry.js';
import type { ScenarioEvent } from '../scenario/scenario.js';
import { givenLatencyText, spanText } from '../text/figure-text.js';
import { startWatchdog, type Watchdog } from '../watchdog/watchdog.js';
import { type EventEnd, type EventProcess, startEventProcess } from './event-process.js';

/** The events of one drive while it goes on. */
export interface CarriedEvents {
  /** Starts no more of them, stops those that run, tells the rest. Idempotent, never rejects. */
  stop(): Promise<void>;
}

/** The commands of the user's own, ready to be carried out. */
export interface ScenarioEvents {
  /** @param startedAtMs wall-clock time of t = 0 */
  carry(startedAtMs: number, onEntry: (entry: JournalEntry) => void): CarriedEvents;
  /** After the events were stopped. Idempotent. */
  close(): void;
}

/** @throws PlimsollError with exit code 8 when the process that would stop them should plimsoll be killed cannot be started. */
export function openEvents(events: readonly ScenarioEvent[], redact: (text: string) => string): ScenarioEvents {
  const watchdog = startWatchdog();
  return {
    carry: (startedAtMs, onEntry) => carryEvents(events, startedAtMs, onEntry, { watchdog, redact }),
    close: () => watchdog.dismiss(),
  };
}

interface Parts {
  readonly watchdog: Watchdog;
  readonly redact: (text: string) => string;
}

function carryEvents(
  events: readonly ScenarioEvent[],
  startedAtMs: number,
  onEntry: (entry: JournalEntry) => void,
  { watchdog, redact }: Parts,
): CarriedEvents {
  // From here on by a clock that nobody sets.
  const originMs = performance.now() + startedAtMs - Date.now();
  const nowS = (): number => Math.max(0, (performance.now() - originMs) / 1000);
  const waiting = new Map<ScenarioEvent, NodeJS.Timeout>();
  const processes: EventProcess[] = [];
  const told: Promise<void>[] = [];
  let stopping: Promise<void> | undefined;

  const start = (event: ScenarioEvent): void => {
    waiting.delete(event);
    const { name } = event;
    const startS = nowS();
    const process = startEventProcess(event, watchdog, redact);
    onEntry({ type: 'event', t: startS, name, what: 'start' });
    processes.push(process);
    told.push(
      process.ended.then((end) => {
        const { exitCode, durationS } = end;
        const t = startS + durationS;
        onEntry({ type: 'event', t, name, what: 'end', durationS, ...(exitCode === undefined ? {} : { exitCode }) });
        onEntry({ type: 'note', t, ...noteOf(event, end) });
      }),
    );
  };
  for (const event of events) {
    waiting.set(
      event,
      setTimeout(() => start(event), Math.max(0, originMs + event.atMs - performance.now())),
    );
  }
  return {
    stop: () => {
      stopping ??= (async () => {
        for (const [{ name }, timer] of waiting) {
          clearTimeout(timer);
          onEntry({
            type: 'note',
            t: nowS(),
            level: 'warning',
            code: 'event-not-started',
            text: `event ${name}: the load ended before its time`,
          });
        }
        await Promise.all(processes.map((process) => process.stop()));
        await Promise.all(told);
      })();
      return stopping;
    },
  };
}

type Words = Pick<Extract<JournalEntry, { readonly type: 'note' }>, 'level' | 'code' | 'text'>;

/** What became of an event, in words, with the last that it printed. */
function noteOf({ name, timeoutMs }: ScenarioEvent, end: EventEnd): Words {
  const { exitCode, durationS, signal, stopped, error, lastLines } = end;
  const printed = lastLines.filter((line) => line.trim() !== '');
  const words = printed.length === 0 ? '' : `; it printed: ${printed.join(' | ').slice(0, 1000)}`;
  const after = `after ${spanText(durationS)}`;
  if (error !== undefined)
    return { level: 'warning', code: 'event-failed', text: `event ${name} could not be started: ${error}` };
  if (stopped === 'timeout')
    return {
      level: 'warning',
      code: 'event-timeout',
      text: `event ${name} was stopped at its time limit of ${givenLatencyText(timeoutMs * 1000)}${words}`,
    };
  if (stopped !== undefined)
    return {
      level: 'warning',
      code: 'event-stopped',
      text: `event ${name} was still running at the ${stopped} and was stopped ${after}${words}`,
    };
  if (exitCode === 0) return { level: 'info', code: 'event', text: `event ${name} ended with exit code 0 ${after}${words}` };
  const how = signal === undefined ? `with exit code ${exitCode}` : `by ${signal}`;
  return { level: 'warning', code: 'event-failed', text: `event ${name} ended ${how} ${after}${words}` };
}
