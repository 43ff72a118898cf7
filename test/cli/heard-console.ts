import { Writable } from 'node:stream';
import { type Console, processConsole } from '../../src/cli/console.js';

/** The console of the CLI as it is, on streams that are no terminal. */
export function heardConsole(options: { readonly noColor?: boolean } = {}): {
  readonly console: Console;
  /** What was printed so far. */
  readonly out: () => string;
  readonly err: () => string;
} {
  const said = { out: '', err: '' };
  const stream = (to: 'out' | 'err'): Writable =>
    new Writable({
      decodeStrings: false,
      write: (text: string, _encoding, done) => {
        said[to] += text;
        done();
      },
    });
  const console = processConsole({ noColor: options.noColor ?? true }, { out: stream('out'), err: stream('err') });
  return { console, out: () => said.out, err: () => said.err };
}

/** Lines of what was printed. */
export const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
