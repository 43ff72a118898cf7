import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's `bin`, which holds a `plimsoll` that is this very package. */
const binFolder = fileURLToPath(new URL('../../bin', import.meta.url));

/**
 * The environment of a command that a scenario names: that of plimsoll with `added`. `plimsoll` comes first on the PATH, and this node last,
 * for a shell that knows none.
 */
export function commandEnvironment(added: Readonly<Record<string, string>> = {}): Readonly<Record<string, string | undefined>> {
  const path = [binFolder, added.PATH ?? process.env.PATH ?? '', dirname(process.execPath)].join(delimiter);
  return { ...process.env, PLIMSOLL_NODE: process.execPath, ...added, PATH: path };
}
