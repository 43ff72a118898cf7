/** Where the CLI writes. Results go to `out`, everything said along the way to `err`, so that `--json` stays parseable. */
export interface Console {
  out(text: string): void;
  err(text: string): void;
  readonly errIsTty: boolean;
  readonly color: boolean;
}

/**
 * The console of this process. A reader that goes away (`plimsoll ... | head`) is no failure: the text is lost, the run and its exit code are not.
 * NO_COLOR and FORCE_COLOR are honoured (https://no-color.org).
 */
export function processConsole(options: { readonly noColor: boolean }): Console {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.listeners('error').includes(ignoreBrokenPipe)) continue;
    stream.on('error', ignoreBrokenPipe);
  }
  const forced = process.env.FORCE_COLOR !== undefined && process.env.FORCE_COLOR !== '' && process.env.FORCE_COLOR !== '0';
  const refused = options.noColor || (process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== '');
  return {
    out: (text) => void process.stdout.write(endLine(text)),
    err: (text) => void process.stderr.write(endLine(text)),
    errIsTty: process.stderr.isTTY === true,
    color: !refused && (forced || (process.stdout.isTTY === true && process.env.TERM !== 'dumb')),
  };
}

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
