import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { ScenarioProblems } from './problem.js';

/** Whether a scenario file is a module of JavaScript or TypeScript rather than YAML. */
export const isModule = (path: string): boolean => /\.[cm]?[jt]s$/i.test(path);

const isTypeScript = (path: string): boolean => /\.[cm]?ts$/i.test(path);

/** Whether this Node takes the types out of TypeScript by itself. */
const stripsTypes = (): boolean => Boolean((process.features as { readonly typescript?: unknown }).typescript);

/**
 * The default export of a module. It is imported once in a process, as every module.
 * @param full absolute path @param shown the path as it was given
 * @throws PlimsollError (exit code 2) where it cannot be imported, or exports no scenario.
 */
export async function importScenario(full: string, shown: string): Promise<unknown> {
  const wrong = (found: string, accepted: string) =>
    new ScenarioProblems(shown, [{ place: { file: shown }, path: '', found, accepted }]);
  if (!existsSync(full)) throw wrong('no such file', 'a module that exports a scenario, or a scenario file (YAML)');
  if (isTypeScript(full) && !stripsTypes()) {
    throw new PlimsollError(`${shown}: needs Node 22.18 or a .mjs file (this is Node ${process.versions.node})`, 'usage', {
      code: 'SCENARIO',
    });
  }
  let exported: { readonly default?: unknown };
  try {
    exported = (await import(pathToFileURL(full).href)) as typeof exported;
  } catch (cause) {
    // A problem that the module found itself, by `defineScenario`, is told as it is; its class may be that of another copy of the package.
    const told = cause instanceof Error && cause.name === 'PlimsollError';
    const message = told
      ? cause.message.split('\n')
      : [cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)];
    const [first = '', ...more] = message;
    throw new PlimsollError([`${shown} cannot be imported: ${first}`, ...more], 'usage', { code: 'SCENARIO', cause });
  }
  const scenario = exported.default;
  if (scenario === undefined) throw wrong('a module without a default export', 'export default { plimsoll: 1, name: ..., ... }');
  if (typeof scenario === 'function' || scenario instanceof Promise)
    throw wrong(
      `a default export that is a ${scenario instanceof Promise ? 'promise' : 'function'}`,
      'the scenario itself, as an object',
    );
  return scenario;
}
