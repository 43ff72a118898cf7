import { statSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { type Comparable, compareSaved } from '../../compare/compare-saved.js';
import type { Comparison } from '../../compare/comparison.js';
import { failOnOf, heldAgainst } from '../../compare/fail-on.js';
import { EXIT, type ExitCode } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { writeFileAtomically } from '../../journal/atomic-file.js';
import { loadBaseline } from '../../judge/saved-baseline.js';
import { renderMarkdownComparison } from '../../report/compare/compare-markdown.js';
import { renderComparePage } from '../../report/compare/compare-page.js';
import { renderTerminalComparison } from '../../report/compare/compare-terminal.js';
import { deriveResult } from '../../run/derive-result.js';
import { lastSelfCheck } from '../../run/gate/self-checks.js';
import { savedRunFolder } from '../../run/run-folder.js';
import type { Console } from '../console.js';

export interface CompareArguments {
  readonly a: string;
  readonly b: string;
  readonly out?: string | undefined;
  readonly 'fail-on'?: readonly string[] | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

type Writer = (comparison: Comparison) => string | Promise<string>;
const WRITERS: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ['.html', renderComparePage],
  ['.md', renderMarkdownComparison],
]);

/**
 * The command `compare`: two saved runs, capacity searches, gates or baseline files side by side.
 * @returns 4 where a metric of `--fail-on` is worse by more than its limit, 5 where one has no figure, else 0
 * @throws PlimsollError: 2 for folders that hold no run, for two of different kinds and for a metric that the kind does not have, 8 where the file cannot be written
 */
export async function compareFromArguments(args: CompareArguments, console: Console): Promise<ExitCode> {
  const limits = (args['fail-on'] ?? []).map(failOnOf);
  const writer = writerOf(args.out);
  const comparison = compareOf(savedAt(args.a), savedAt(args.b));
  const held = limits.map((limit) => heldAgainst(comparison, limit));
  if (args.json === true) console.json(limits.length === 0 ? comparison : { ...comparison, failOn: held });
  else if (args.quiet !== true) console.painted(renderTerminalComparison(comparison, { colours: console.color }));
  if (writer !== undefined) {
    write(writer.file, await writer.render(comparison));
    console.err(`wrote ${writer.file}`);
  }
  for (const { outcome, text } of held) console.err(`${outcome === 'held' ? 'within its limit' : outcome}: ${text}`);
  if (held.some(({ outcome }) => outcome === 'worse')) return EXIT.worseThanBaseline;
  return held.some(({ outcome }) => outcome === 'unknown') ? EXIT.inconclusive : EXIT.pass;
}

/** A folder holds a run, a search or a gate; a file is a saved baseline. */
function savedAt(path: string): Comparable {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    throw new PlimsollError(`${path}: no such folder or file`, 'usage', {
      hint: 'name a run folder, for instance reports/first-run/20260101T120000Z-abc123, or a baseline file',
    });
  if (found.isFile()) return { path, baseline: loadBaseline(path) };
  return { path, result: deriveResult(savedRunFolder(path).journal).result };
}

/** With what the last self-check beside either folder says, where both were made on its machine with its workload. */
function compareOf(a: Comparable, b: Comparable): Comparison {
  if ('baseline' in a || 'baseline' in b) return compareSaved(a, b);
  const [one, other] = [a.result.run, b.result.run];
  const alike = one.host.hostname === other.host.hostname && one.scenarioHash === other.scenarioHash;
  const check = alike
    ? [a, b].map(({ path }) => lastSelfCheck(dirname(resolve(path)), one)).find((found) => found !== undefined)
    : undefined;
  return compareSaved(a, b, check);
}

function writerOf(file: string | undefined): { readonly file: string; readonly render: Writer } | undefined {
  if (file === undefined) return undefined;
  const render = WRITERS.get(extname(file).toLowerCase());
  if (render !== undefined) return { file, render };
  throw new PlimsollError(`-o ${file}: accepted: a file that ends in ${[...WRITERS.keys()].join(' or ')}`, 'usage');
}

function write(file: string, text: string): void {
  try {
    writeFileAtomically(file, text);
  } catch (cause) {
    throw new PlimsollError(`cannot write ${file}: ${(cause as Error).message}`, 'machine', { cause });
  }
}
