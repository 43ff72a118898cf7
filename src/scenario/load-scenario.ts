import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { decodeText, NotUnicode, UTF_8_HINT } from '../text/decode-text.js';
import type { FileAccess } from './file/feeds.js';
import { ScenarioProblems } from './file/problem.js';
import type { Redactor } from './file/redactor.js';
import type { Variables } from './file/variables.js';
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
  /** Learns the secrets of the file. Absent: one of its own. */
  readonly redactor?: Redactor;
}

/** The files of this machine. */
export const nodeFiles: FileAccess = { read: (path: string): string => decodeText(readFileSync(path)), exists: existsSync };

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
      code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'a folder' : `a file that cannot be read (${String(code)})`;
    throw new ScenarioProblems(shown, [{ place: { file: shown, line: 1, column: 1 }, path: '', found, accepted }]);
  }
};

/**
 * Reads, checks and resolves a scenario file.
 * @throws ScenarioProblems (exit code 2) with everything that is wrong in it.
 */
export const loadScenario = (path: string, options: LoadOptions): LoadedScenario => {
  const full = resolve(options.cwd ?? process.cwd(), path);
  const text = readOrExplain(full, path, 'a scenario file (YAML)');
  const extension = extname(path);
  let overlay: { readonly fileName: string; readonly text: string } | undefined;
  if (options.overlay !== undefined) {
    if (!/^[A-Za-z0-9._-]+$/.test(options.overlay)) {
      throw new PlimsollError(`--env ${options.overlay}: accepted: the NAME of an overlay file <scenario>.NAME.yaml`, EXIT.usage);
    }
    const tail = `.${options.overlay}${extension === '' ? '.yaml' : extension}`;
    const fileName = `${extension === '' ? path : path.slice(0, -extension.length)}${tail}`;
    overlay = {
      fileName,
      text: readOrExplain(
        resolve(options.cwd ?? process.cwd(), fileName),
        fileName,
        `the overlay file for --env ${options.overlay}`,
      ),
    };
  }
  return parseScenario(text, {
    fileName: path,
    folder: dirname(full),
    env: options.env,
    ...(options.set === undefined ? {} : { set: options.set }),
    ...(overlay === undefined ? {} : { overlay }),
    ...(options.redactor === undefined ? {} : { redactor: options.redactor }),
    files: nodeFiles,
  });
};
