import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { decodeText, NotUnicode, UTF_8_HINT } from '../../text/decode-text.js';
import { compact } from '../file/compact.js';
import { NO_SUCH_FILE, ScenarioProblems } from '../file/problem.js';
import type { Redactor } from '../file/redactor.js';
import { importScenario, isModule } from '../file/scenario-module.js';
import type { Variables } from '../file/variables.js';
import type { FileAccess } from '../resolve/feeds.js';
import { findProgram } from './find-program.js';
import { freePorts } from './free-ports.js';
import { type LoadedScenario, parseScenario } from './parse-scenario.js';

export interface LoadOptions {
  /** The environment for `${VAR}`. */
  readonly env: Variables;
  /** `path=value` overrides, in order. */
  readonly set?: readonly string[];
  /** NAME of the overlay file `<scenario>.NAME.yaml`. */
  readonly overlay?: string;
  /** Where relative scenario paths start. Default: the working folder of the process. */
  readonly cwd?: string;
  /** For who carries out no events: their programs need not be on this machine. */
  readonly withoutEvents?: boolean;
  /** Learns the secrets of the file. Absent: one of its own. */
  readonly redactor?: Redactor;
}

/** The files of this machine. */
export const nodeFiles: FileAccess = {
  read: (path: string): string => decodeText(readFileSync(path)),
  exists: existsSync,
  findProgram,
};

const readOrExplain = (path: string, shown: string, accepted: string): string => {
  try {
    return nodeFiles.read(path);
  } catch (error) {
    if (error instanceof NotUnicode) {
      const { line, message } = error;
      const problem = { place: { file: shown, line, column: 1 }, path: '', found: `a file that is ${message}`, accepted };
      throw new ScenarioProblems(shown, [{ ...problem, hint: UTF_8_HINT }]);
    }
    const code = (error as { code?: unknown }).code;
    const found =
      code === 'ENOENT' ? NO_SUCH_FILE : code === 'EISDIR' ? 'a folder' : `a file that cannot be read (${String(code)})`;
    throw new ScenarioProblems(shown, [{ place: { file: shown, line: 1, column: 1 }, path: '', found, accepted }]);
  }
};

/** Where an overlay may stand: as YAML, and as a file of the scenario's own kind. @throws PlimsollError with exit code 2 for a name that is none. */
const overlayNames = (path: string, name: string): { readonly yaml: string; readonly same: string } => {
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    throw new PlimsollError(`--env ${name}: accepted: the NAME of an overlay file <scenario>.NAME.yaml`, 'usage');
  }
  const extension = extname(path);
  const start = `${extension === '' ? path : path.slice(0, -extension.length)}.${name}`;
  return { yaml: `${start}.yaml`, same: `${start}${extension === '' ? '.yaml' : extension}` };
};

const optionsOf = (path: string, options: LoadOptions) => {
  const at = (file: string): string => resolve(options.cwd ?? process.cwd(), file);
  return {
    at,
    readOverlay: (fileName: string) => ({
      fileName,
      text: readOrExplain(at(fileName), fileName, `the overlay file for --env ${options.overlay}`),
    }),
    parsing: {
      fileName: path,
      folder: dirname(at(path)),
      env: options.env,
      ports: freePorts(),
      ...compact({ set: options.set, redactor: options.redactor }),
      files: options.withoutEvents === true ? { read: nodeFiles.read, exists: nodeFiles.exists } : nodeFiles,
    },
  };
};

/**
 * Reads, checks and resolves a scenario file in YAML.
 * @throws ScenarioProblems (exit code 2) with everything that is wrong in it.
 */
export const loadScenario = (path: string, options: LoadOptions): LoadedScenario => {
  const { at, readOverlay, parsing } = optionsOf(path, options);
  const text = readOrExplain(at(path), path, 'a scenario file (YAML)');
  const overlay = options.overlay === undefined ? undefined : readOverlay(overlayNames(path, options.overlay).same);
  return parseScenario(text, { ...parsing, ...(overlay === undefined ? {} : { overlay }) });
};

/**
 * The same for a file that may also be a module, whose default export is the scenario as an object. The overlay of a module is a module of the
 * same kind where there is one, else YAML.
 * @throws ScenarioProblems (exit code 2) with everything that is wrong in it, and for a module that cannot be imported.
 */
export const loadScenarioOrModule = async (path: string, options: LoadOptions): Promise<LoadedScenario> => {
  if (!isModule(path)) return loadScenario(path, options);
  const { at, readOverlay, parsing } = optionsOf(path, options);
  const object = await importScenario(at(path), path);
  if (options.overlay === undefined) return parseScenario({ object }, parsing);
  const { yaml, same } = overlayNames(path, options.overlay);
  const overlay = existsSync(at(same)) ? { fileName: same, object: await importScenario(at(same), same) } : readOverlay(yaml);
  return parseScenario({ object }, { ...parsing, overlay });
};

/**
 * The scenario again, with keys of its target in place of others and free ports of its own: a further build of the same server. What the target
 * says of a server that is replaced (its probes, its metrics, its process) goes with it.
 * @param keys as a file would write them under `target`
 * @throws ScenarioProblems (exit code 2) when the keys make no target.
 */
export const withTarget = (
  { path, written, redactor }: Pick<LoadedScenario, 'path' | 'written' | 'redactor'>,
  keys: Readonly<Record<string, unknown>>,
  env: Variables,
): LoadedScenario => {
  const target = { ...(written.target as Readonly<Record<string, unknown>>) };
  if (OF_ONE_SERVER.some((key) => keys[key] !== undefined)) for (const key of OF_ONE_SERVER) delete target[key];
  const object = { ...written, target: { ...target, ...keys } };
  const folder = dirname(resolve(process.cwd(), path));
  return parseScenario({ object }, { fileName: path, folder, env, files: nodeFiles, redactor, ports: freePorts() });
};

/** Where a server is and how it is started and watched: either all of it is of one build, or none. */
const OF_ONE_SERVER = ['url', 'server', 'command', 'pid', 'health', 'metrics'];
