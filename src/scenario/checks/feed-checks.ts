import { type FileAccess, readFeed } from '../resolve/feeds.js';
import type { Feed } from '../scenario.js';
import type { Report, ScenarioParts } from './scenario-parts.js';

/** Reads the feeds and tells what is wrong with them. */
export const checkFeeds = (
  { feeds }: ScenarioParts,
  path: (file: string) => string,
  files: FileAccess,
  report: Report,
): Readonly<Record<string, Feed>> => {
  const read: Record<string, Feed> = {};
  for (const { name, path: at, value, incomplete } of feeds) {
    if (name === 'seq') report(at, 'the name seq', 'another name: {{ seq }} is the index of the arrival', { key: true });
    if (value.file !== undefined && value.rows !== undefined)
      report([...at, 'rows'], 'rows together with file', 'file (CSV) or rows', { key: true });
    else if (value.file === undefined && value.rows === undefined) {
      if (!incomplete) report(at, 'a feed with neither file nor rows', 'file (CSV) or rows');
    } else {
      const { feed, found, accepted = '' } = readFeed(value, path, files);
      read[name] = feed;
      if (found !== undefined) report([...at, 'file'], found, accepted);
    }
  }
  return read;
};
