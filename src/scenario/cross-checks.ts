import { feedSchema } from './calls-schema.js';
import { type FeedReading, type FileAccess, readFeed } from './feeds.js';
import type { Problem } from './problem.js';
import type { Feed } from './scenario.js';
import { formatPath, locate, type Tree } from './yaml-tree.js';

export interface CrossCheckContext {
  /** Resolves a path of the file to an absolute one. */
  readonly path: (file: string) => string;
  readonly files: FileAccess;
}

export interface CrossCheckResult {
  readonly feeds: Readonly<Record<string, Feed>>;
  readonly problems: readonly Problem[];
}

export const crossCheck = (data: Record<string, unknown>, tree: Tree, { path, files }: CrossCheckContext): CrossCheckResult => {
  const problems: Problem[] = [];
  const feeds: Record<string, Feed> = {};
  for (const [name, value] of Object.entries((data.data ?? {}) as Record<string, unknown>)) {
    const parsed = feedSchema.safeParse(value);
    if (!parsed.success) continue;
    const reading: FeedReading = readFeed(parsed.data, path, files);
    feeds[name] = reading.feed;
    if (reading.found !== undefined) {
      const at = ['data', name, 'file'];
      problems.push({
        place: locate(tree, at).tree.place,
        path: formatPath(at),
        found: reading.found,
        accepted: reading.accepted ?? '',
      });
    }
  }
  return { feeds, problems };
};
