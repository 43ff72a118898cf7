/** A line that begins with the name of an error, in the words of common runtimes. */
const TELLS_OF_ERROR = /^ {0,2}(uncaught |unhandled )?([\w.$]*(error|exception)\b(:| )|panic\b|fatal\b)/i;
/** Stack frames, lone brackets, and what Node prints last. */
const AROUND = /^\s*(at .*|[{}[\]()^~,;]*|Node\.js v[\d.]+)$/;

/**
 * The lines of what a process printed that most likely say why it ended: from the last one that tells of an error on, without what a runtime
 * prints around it (stack, brackets, its version); the last lines where none does.
 * @param lines oldest first
 */
export function lastWords(lines: readonly string[], count = 3): readonly string[] {
  const told = lines.filter((line) => line.trim() !== '');
  const from = told.findLastIndex((line) => TELLS_OF_ERROR.test(line));
  const words = (from < 0 ? told.slice(-count) : told.slice(from)).filter((line) => !AROUND.test(line));
  return (words.length === 0 ? told.slice(-count) : words).slice(0, count);
}
