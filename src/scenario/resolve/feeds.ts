import { parse } from 'csv-parse/sync';
import { NotUnicode, UTF_8_HINT } from '../../text/decode-text.js';
import type { Feed } from '../scenario.js';
import type { ScenarioFile } from '../schema/scenario-schema.js';

/** How a scenario reaches other files and programs: paths and folders are absolute. */
export interface FileAccess {
  readonly read: (path: string) => string;
  readonly exists: (path: string) => boolean;
  /** Where the program of an event is; undefined where there is none. Absent: nobody looks. */
  readonly findProgram?: (program: string, cwd: string) => string | undefined;
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
  if (error instanceof NotUnicode) return `which is ${error.message}`;
  return `which cannot be read: ${error instanceof Error ? error.message : String(error)}`;
};

/** What may stand between two cells; the comma first. */
const SEPARATORS = [',', ';', '\t', '|'];

/** What separates the cells of a heading: a comma where it has one, else what spreadsheets write in its place. */
const separatorOf = (text: string): string => {
  const heading = (
    text
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)
      .find((line) => line.trim() !== '') ?? ''
  ).replace(/"(?:[^"]|"")*"/g, '');
  return SEPARATORS.find((separator) => heading.includes(separator)) ?? ',';
};

/** A heading that names a column twice. */
class ColumnTwice extends Error {
  override readonly name = 'ColumnTwice';
}

const columnsOf = (heading: readonly string[]): string[] => {
  const again = heading.find((name, index) => name !== '' && heading.indexOf(name) < index);
  if (again !== undefined) throw new ColumnTwice(again);
  return [...heading];
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
    const accepted =
      error instanceof NotUnicode ? `CSV in UTF-8 (${UTF_8_HINT})` : 'a readable CSV file, relative to the scenario file';
    return { feed: empty, found: `${named}, ${reason(error)}`, accepted };
  }
  try {
    const rows: Record<string, string>[] = parse(text, {
      columns: columnsOf,
      delimiter: separatorOf(text),
      bom: true,
      skip_empty_lines: true,
      trim: true,
    });
    if (rows.length > 0) return { feed: { ...empty, rows } };
    return { feed: empty, found: `${named}, which holds no rows`, accepted: 'a heading line and at least one row' };
  } catch (error) {
    if (error instanceof ColumnTwice)
      return {
        feed: empty,
        found: `${named}, whose heading has the column ${JSON.stringify(error.message)} twice`,
        accepted: 'a heading that names each column once',
      };
    const why = error instanceof Error ? error.message : String(error);
    return { feed: empty, found: `${named}, which is not CSV: ${why}`, accepted: 'CSV with a heading line (RFC 4180)' };
  }
};
