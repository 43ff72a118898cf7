import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let loaded: Promise<string> | undefined;

/**
 * Vega's browser build and its interpreter as one classic script that defines `vega` and `plimsollInterpreter`. The interpreter walks the
 * syntax tree of expressions, so that a page that forbids eval can run it. Read once per process.
 */
export function vegaRuntime(): Promise<string> {
  loaded ??= build();
  return loaded;
}

async function build(): Promise<string> {
  const [vega, interpreter] = await Promise.all([
    source('vega', 'vega.min.js'),
    source('vega-interpreter', 'vega-interpreter.js'),
  ]);
  return inlineable(`${withoutMap(vega)}\n;${interpreterAsScript(withoutMap(interpreter))}`);
}

/** A file beside the entry file of a package: its `exports` do not name the browser build. */
async function source(name: string, file: string): Promise<string> {
  return readFile(join(dirname(fileURLToPath(import.meta.resolve(name))), file), 'utf8');
}

const withoutMap = (text: string): string => text.replace(/\/\/# sourceMappingURL=.*\s*$/, '');

const IMPORT = /import\s*\{([^}]*)\}\s*from\s*['"]vega-util['"];/;
const EXPORT = /export\s*\{\s*expression as expressionInterpreter\s*\};/;

/** The interpreter is an ES module over vega-util, which the browser build of Vega exports too. */
function interpreterAsScript(text: string): string {
  const names = IMPORT.exec(text)?.[1];
  if (names === undefined || !EXPORT.test(text))
    throw new Error('vega-interpreter has another shape than the report was written for');
  return `var plimsollInterpreter = (function ({${names}}) {${text.replace(IMPORT, '').replace(EXPORT, 'return expression;')}})(vega);`;
}

/** In strings and regular expressions, the only places where these can stand, the backslash changes nothing. */
const inlineable = (text: string): string => text.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--');
