import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { commandEnvironment } from '../command-environment.js';

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/**
 * Where the program of a command is, by the rule that starting it follows: a name with a slash counts from the working folder, any other
 * is looked for on the PATH. Undefined where there is none that may be executed.
 */
export function findProgram(program: string, cwd: string, path = commandEnvironment().PATH ?? ''): string | undefined {
  if (program.includes('/')) {
    const file = isAbsolute(program) ? program : resolve(cwd, program);
    return isProgram(file) ? file : undefined;
  }
  return path
    .split(delimiter)
    .map((folder) => join(resolve(cwd, folder), program))
    .find(isProgram);
}
