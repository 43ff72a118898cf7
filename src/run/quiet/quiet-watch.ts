import { setTimeout as sleep } from 'node:timers/promises';
import { type MachineReading, readMachine } from '../../signals/machine-reading.js';
import { spanText } from '../../text/figure-text.js';
import { isQuiet, type OthersUse, othersText, othersUse } from './others-use.js';

/** How long a look at the machine takes. */
const LOOK_MS = 1000;
/** A look that is older says too little of now. */
const OLDEST_MS = 3000;
const EVERY_MS = 250;

/** How long a run waits for quiet where nothing else is asked for. */
export const DEFAULT_WAIT_QUIET_MS = 10_000;

/** What the wait for quiet came to. */
export interface QuietEnd {
  /** `unseen`: there is no /proc/stat. `stopped`: the user asked for an end. */
  readonly state: 'quiet' | 'noisy' | 'unseen' | 'stopped';
  /** In words, where there is anything to say. */
  readonly text?: string;
  readonly others?: OthersUse;
}

export interface QuietOrder {
  /** Longest wait, milliseconds; 0: one look and no wait. */
  readonly limitMs: number;
  /** Processes of the run. */
  readonly ours: readonly number[];
  readonly signal: AbortSignal;
  /** Told once when there is something to wait for. */
  readonly say: (text: string) => void;
}

/** The clock and the machine; tests put others in their place. */
export interface QuietParts {
  read(): MachineReading | undefined;
  nowMs(): number;
  /** Resolves after that time, or earlier when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const realParts: QuietParts = {
  read: readMachine,
  nowMs: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

interface Look {
  readonly atMs: number;
  readonly reading: MachineReading;
}

/**
 * Looks at what else uses this machine, from its making on: what is done meanwhile, such as the start of a server, takes nothing from the
 * second that a look needs.
 */
export class QuietWatch {
  readonly #parts: QuietParts;
  /** Oldest first, of the last seconds. */
  #looks: Look[] = [];

  constructor(parts: QuietParts = realParts) {
    this.#parts = parts;
    this.#look();
  }

  /** Resolves when the last second was quiet, or the limit has passed. Never rejects. */
  async wait({ limitMs, ours, signal, say }: QuietOrder): Promise<QuietEnd> {
    const startedMs = this.#parts.nowMs();
    let told = false;
    for (;;) {
      if (signal.aborted) return { state: 'stopped' };
      const now = this.#look();
      if (now === undefined) return { state: 'unseen', text: UNSEEN };
      const [before] = this.#looks;
      const others = before === undefined ? undefined : othersUse(before.reading, now.reading, ours);
      const waitedMs = now.atMs - startedMs;
      if (others !== undefined && now.atMs - (before?.atMs ?? 0) >= LOOK_MS) {
        if (isQuiet(others)) return { state: 'quiet', others, ...(told ? { text: `quiet after ${secondsText(waitedMs)}` } : {}) };
        if (waitedMs >= limitMs) return { state: 'noisy', others, text: noisyText(others, told ? limitMs : 0) };
        if (!told) say(`waiting for quiet, ${secondsText(limitMs)} at most: ${othersText(others)}`);
        told = true;
      }
      await this.#parts.sleep(EVERY_MS, signal);
    }
  }

  /** A look to compare the next ones with. Those that are too old to speak of now are forgotten, but for one that is a second old. */
  #look(): Look | undefined {
    const reading = this.#parts.read();
    if (reading === undefined) return undefined;
    const look = { atMs: this.#parts.nowMs(), reading };
    const recent = this.#looks.filter(({ atMs }) => look.atMs - atMs <= OLDEST_MS);
    const enough = recent.findLastIndex(({ atMs }) => look.atMs - atMs >= LOOK_MS);
    this.#looks = [...recent.slice(Math.max(0, enough)), look];
    return look;
  }
}

const UNSEEN = 'what else uses this machine cannot be seen here (no /proc/stat), so the run did not wait for quiet';

const noisyText = (others: OthersUse, waitedMs: number): string =>
  `the load began on a busy machine${waitedMs === 0 ? '' : ` after ${secondsText(waitedMs)} of waiting for quiet`}: ${othersText(others)}`;

const secondsText = (ms: number): string => spanText(Math.round(ms / 100) / 10);
