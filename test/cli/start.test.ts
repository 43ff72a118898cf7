import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Tells of each file that is loaded as a module. */
const HOOKS = `import { writeSync } from 'node:fs';
export const load = async (url, context, next) => {
  if (url.startsWith('file:')) writeSync(2, 'loads ' + url + '\\n');
  return next(url, context);
};`;
const asUrl = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
const LISTENER = asUrl(`import { register } from 'node:module'; register(${JSON.stringify(asUrl(HOOKS))});`);

/** The files that a command loads, below the folder of the package. */
function loadedBy(...args: readonly string[]): readonly string[] {
  const { status, stderr } = spawnSync(process.execPath, ['--import', LISTENER, 'bin/plimsoll.js', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return [...stderr.matchAll(/^loads file:\/\/(.*)$/gm)].map(([, path = '']) => path.slice(root.length));
}

// Each module costs about a third of a millisecond to find, read and link, and each command once needed hundreds of them.
it('the help loads a few files, and none that reads scenarios, speaks to servers or draws', () => {
  const loaded = loadedBy('--help');
  expect(loaded.length, loaded.join('\n')).toBeLessThanOrEqual(30);
  expect(loaded).toContain('bin/plimsoll.js');
  expect(loaded.filter((path) => /yaml|undici|zod|ajv|vega|scenario/.test(path))).toEqual([]);
});

it('a check of a scenario loads neither load threads nor reports', () => {
  const loaded = loadedBy('validate', 'scenarios/first-run.yaml');
  expect(loaded.length, loaded.join('\n')).toBeLessThanOrEqual(90);
  expect(loaded.filter((path) => /undici|vega|render-report|load-worker/.test(path))).toEqual([]);
});
