import { openSync, readSync } from 'node:fs';

/** Read from its beginning each time, so it stays open for as long as the thread lives: opening it costs more than reading. */
const OWN = '/proc/thread-self/schedstat';

/**
 * How long the calling thread has been ready to run and waited for a core, in milliseconds since it started: the second figure of its
 * `schedstat`, in nanoseconds. Undefined where the system does not tell (Linux alone does).
 */
export function openThreadWait(): (() => number) | undefined {
  try {
    const descriptor = openSync(OWN, 'r');
    const bytes = Buffer.alloc(96);
    const waitedMs = (): number => {
      const text = bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, bytes.length, 0));
      return Number(text.slice(text.indexOf(' ') + 1, text.lastIndexOf(' '))) / 1e6;
    };
    return Number.isFinite(waitedMs()) ? waitedMs : undefined;
  } catch {
    return undefined;
  }
}
