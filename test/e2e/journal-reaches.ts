import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Waits until the journal of a run has a complete second `t`. @throws Error when it does not within 20 s. */
export async function journalReaches(folder: string, t: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    try {
      if (readFileSync(join(folder, 'journal.ndjson'), 'utf8').includes(`{"type":"second","t":${t},`)) return;
    } catch {
      // Not there yet.
    }
  }
  throw new Error(`the journal in ${folder} did not reach second ${t}`);
}
