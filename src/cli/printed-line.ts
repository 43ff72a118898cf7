import { oneLine, plainLine } from '../text/one-line.js';

/** A longer line is no message: a server that answers with a page of text must not fill the screen. */
const LONGEST_LINE = 4000;

/** The colours and weights that the reports use, and nothing else of what a terminal obeys. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is looked for
const PAINT = /\u001b\[(?:0|1|2|22|3[0-7]|39|9[0-7])m/g;
const PLAIN_AGAIN = '\u001b[0m';

/** GitHub looks for a command behind the blanks of a line. */
const COMMAND_AT_START = /^(\s*):(?=:)/u;
/** Commands that a CI system takes from anywhere in a line: of GitHub's first format, of Azure Pipelines, of TeamCity. */
const COMMAND_WITHIN = /##(?=\[|vso\[|teamcity\[)/g;

/** A line that no terminal and no CI system takes for anything but text; with `workflow` a command of ours for GitHub. */
export function printedLine(
  text: string,
  { limit = LONGEST_LINE, workflow = false }: { readonly limit?: number; readonly workflow?: boolean } = {},
): string {
  // What is cut off anyway need not be cleaned first.
  const line = oneLine(text.slice(0, 2 * limit), limit);
  return workflow ? line : line.replace(COMMAND_AT_START, '$1: ').replace(COMMAND_WITHIN, '# #');
}

/** The same with the colours that are in it left there; whoever sets one and does not end it colours this line alone. */
export function paintedLine(text: string): string {
  const paints = text.match(PAINT) ?? [];
  if (paints.length === 0) return printedLine(text);
  // The first piece that has a letter is where a command could begin.
  let begun = false;
  const pieces = text.split(PAINT).map((piece) => {
    const line = begun ? plainLine(piece).replace(COMMAND_WITHIN, '# #') : printedLine(piece);
    begun ||= line.trim() !== '';
    return line;
  });
  return `${pieces.map((piece, index) => piece + (paints[index] ?? '')).join('')}${PLAIN_AGAIN}`;
}
