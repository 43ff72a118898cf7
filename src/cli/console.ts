import { createLogUpdate } from 'log-update';
import { Redactor } from '../scenario/file/redactor.js';
import { printableJson } from '../text/json-text.js';
import type { Lines } from '../text/one-line.js';
import { paintedLine, printedLine } from './printed-line.js';

/** A block on the terminal that is drawn again in its place. */
export interface LiveBlock {
  draw(lines: readonly string[]): void;
  /** Takes it off the screen. */
  clear(): void;
}

/**
 * Where the CLI writes: all that any command prints goes through here. Results go to `out`, everything said along the way to `err`, so that
 * `--json` stays parseable. A string is one line whatever stands in it, and only a list breaks lines: text of a server can neither begin a
 * line of its own nor drive the terminal nor give a command to a CI system. Secrets that the redactor knows are taken out of everything.
 */
export interface Console {
  out(lines: Lines): void;
  err(lines: Lines): void;
  /** The text of a file of ours on `out`, line by line and uncut. */
  document(text: string): void;
  /** Lines of a report on `out`; its colours stay where there are any. */
  painted(lines: readonly string[]): void;
  /** A value as JSON on `out`. @param write makes the JSON; default: indented */
  json(value: unknown, write?: (value: unknown) => string): void;
  /** Workflow commands for GitHub: the only lines that may begin with `::`. */
  workflow(lines: readonly string[], to: 'out' | 'err'): void;
  /** A block on `err`, where that is a terminal. */
  block(): LiveBlock;
  readonly errIsTty: boolean;
  readonly color: boolean;
  /** What is taken out of everything that is printed; whoever loads a scenario gives it the secrets. */
  readonly redactor: Redactor;
}

/** The streams of a process, as far as they are written to. */
export interface ConsoleStreams {
  readonly out: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly err: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * The console of this process. A reader that goes away (`plimsoll ... | head`) is no failure: the text is lost, the run and its exit code are not.
 * NO_COLOR and FORCE_COLOR are honoured (https://no-color.org).
 */
export function processConsole(
  options: { readonly noColor: boolean },
  streams: ConsoleStreams = { out: process.stdout, err: process.stderr },
): Console {
  for (const stream of [streams.out, streams.err]) {
    if (stream.listeners('error').includes(ignoreBrokenPipe)) continue;
    stream.on('error', ignoreBrokenPipe);
  }
  const forced = process.env.FORCE_COLOR !== undefined && process.env.FORCE_COLOR !== '' && process.env.FORCE_COLOR !== '0';
  const refused = options.noColor || (process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== '');
  const color = !refused && (forced || (streams.out.isTTY === true && process.env.TERM !== 'dumb'));
  const redactor = new Redactor();
  const printed = (lines: Lines): readonly string[] =>
    (typeof lines === 'string' ? [lines] : lines).map((line) => printedLine(redactor.redact(line)));
  const write = (to: 'out' | 'err', lines: readonly string[]): void =>
    void streams[to].write(lines.map((line) => `${line}\n`).join(''));
  return {
    out: (lines) => write('out', printed(lines)),
    err: (lines) => write('err', printed(lines)),
    document: (text) =>
      write(
        'out',
        text
          .replace(/\n$/, '')
          .split('\n')
          .map((line) => printedLine(redactor.redactLong(line), { limit: Number.POSITIVE_INFINITY })),
      ),
    painted: (lines) =>
      write(
        'out',
        lines.map((line) => (color ? paintedLine(redactor.redactLong(line)) : printedLine(redactor.redactLong(line)))),
      ),
    json: (value, toText = indented) =>
      write('out', [printableJson(toText(redactor.redactData(value, redactor.redactLong)).trimEnd())]),
    workflow: (lines, to) =>
      write(
        to,
        lines.map((line) => printedLine(redactor.redactLong(line), { workflow: true })),
      ),
    block: () => {
      const update = createLogUpdate(streams.err as NodeJS.WriteStream);
      return {
        draw: (lines) => update(printed(lines).join('\n')),
        clear: () => {
          update.clear();
          update.done();
        },
      };
    },
    errIsTty: streams.err.isTTY === true,
    color,
    redactor,
  };
}

const indented = (value: unknown): string => JSON.stringify(value, undefined, 2);

function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
