import { relative } from 'node:path';
import type { EarlierAttempt } from '../../journal/earlier-attempt.js';
import { isRepeated } from '../../judge/verdict-after.js';
import type { FinishedRun } from '../finish-run.js';
import { performRun, type RunParts, type RunRequest, type RunWatcher } from '../perform-run.js';
import { keepAttempt } from './keep-attempt.js';

/**
 * A run that is made again while its outcome is in doubt. Each attempt keeps its run folder: where one is named, that folder holds the last attempt,
 * and `attempt-1` and so on in it those before.
 * @param retries how often it is made again at most
 * @returns the last attempt, whose verdict takes account of those before
 * @throws PlimsollError as `performRun`, of any attempt
 */
export async function performAttempts(
  request: RunRequest,
  retries: number,
  parts: RunParts,
  watcher: RunWatcher,
): Promise<FinishedRun> {
  const earlier: (Omit<EarlierAttempt, 'folder'> & { readonly dir: string })[] = [];
  for (;;) {
    const finished = await performRun(
      { ...request, earlier: (dir) => earlier.map(({ dir: its, ...attempt }) => ({ ...attempt, folder: relative(dir, its) })) },
      parts,
      watcher,
    );
    const { verdict, run, attempts } = finished.result;
    if (request.stop.aborted || !isRepeated(verdict, earlier.length, retries)) return finished;
    const own = attempts?.at(-1);
    earlier.push({
      runId: run.id,
      dir: request.out === undefined ? finished.folder.dir : keepAttempt(finished.folder.dir, earlier.length + 1),
      outcome: own?.outcome === 'pass' ? 'pass' : 'invalid',
      summary: own?.summary ?? verdict.summary,
    });
    watcher.onStep?.(`attempt ${earlier.length} is in doubt: ${verdict.summary}`);
    watcher.onStep?.(`attempt ${earlier.length + 1} of at most ${retries + 1}`);
  }
}
