import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Three folders up is the package, from `src` as from `dist`. */
const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'dist', 'report', 'page');

const loaded = new Map<string, Promise<string>>();

/** What the build made of `report/page` for browsers. Read once per process. */
export function pageAsset(name: 'calculator.js' | 'charts.js' | 'report.css'): Promise<string> {
  let text = loaded.get(name);
  if (text === undefined) {
    text = readFile(join(FOLDER, name), 'utf8').then((source) => (name.endsWith('.js') ? inlineable(source) : source));
    loaded.set(name, text);
  }
  return text;
}

/** A script that cannot end its element early. In strings and regular expressions, the only places where these can be, the backslash changes nothing. */
const inlineable = (text: string): string => text.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--');
