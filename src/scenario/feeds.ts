import { parse } from 'csv-parse/sync';
import type { Feed } from './scenario.js';
import type { ScenarioFile } from './scenario-schema.js';

/** How a scenario reaches other files: paths are absolute. */
export interface FileAccess {
  readonly read: (path: string) => string;
  readonly exists: (path: string) => boolean;
}

export type FeedFile = ScenarioFile['data'][string];

/** A feed and what is wrong with it, in words. */
export interface FeedReading {
  readonly feed: Feed;
  readonly found?: string;
  readonly accepted?: string;
}

const reason = (error: unknown): string => {
  const code = (error as { code?: unknown }).code;
  if (code === 'ENOENT') return 'which does not exist';
  if (code === 'EISDIR') return 'which is a folder';
  if (code === 'EACCES') return 'which may not be read';
  return `which cannot be read: ${error instanceof Error ? error.message : String(error)}`;
};

/** Reads the rows of a feed: those in place, or those of a CSV file whose first line names the columns. */
export const readFeed = (feed: FeedFile, path: (file: string) => string, files: FileAccess): FeedReading => {
  if (feed.file === undefined) return { feed: { order: feed.order, rows: feed.rows ?? [], source: 'rows' } };
  const empty: Feed = { order: feed.order, rows: [], source: 'csv' };
  const named = JSON.stringify(feed.file);
  let text: string;
  try {
    text = files.read(path(feed.file));
  } catch (error) {
    return { feed: empty, found: `${named}, ${reason(error)}`, accepted: 'a readable CSV file, relative to the scenario file' };
  }
  try {
    const rows: Record<string, string>[] = parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true });
    if (rows.length > 0) return { feed: { ...empty, rows } };
    return { feed: empty, found: `${named}, which holds no rows`, accepted: 'a heading line and at least one row' };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { feed: empty, found: `${named}, which is not CSV: ${why}`, accepted: 'CSV with a heading line (RFC 4180)' };
  }
};
