import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The package's root folder: two above this file, in src/ as in dist/. */
export const packageRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Version of plimsoll as in its package.json. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
