import { EXIT, type ExitCode } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { writeFileAtomically } from '../../journal/atomic-file.js';
import { renderTerminalSizing } from '../../report/sizing-terminal.js';
import type { SizingFigures } from '../../result/sizing-figures.js';
import { kubernetesManifest, PLACEHOLDERS } from '../../sizing/kubernetes-manifest.js';
import { computeSizing } from '../../sizing/sizing.js';
import { SizingInputError } from '../../sizing/sizing-input-error.js';
import { type NotSized, sizingInputs } from '../../sizing/sizing-inputs.js';
import { unfitText } from '../../sizing/sizing-words.js';
import { countText } from '../../text/number-text.js';
import type { Console } from '../console.js';
import { type SavedSearch, savedSearch } from './saved-search.js';
import { type SizingFlags, settingsFromFlags } from './settings-from-flags.js';

export type SizeArguments = SizingFlags & {
  readonly result: string;
  readonly k8s?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
};

/**
 * The command `size`: the sizing again from a saved search, with other inputs.
 * @returns 3 when the plan does not fit, else 0
 * @throws PlimsollError with exit code 3 where no rate met the SLO, 2 for inputs that cannot be read or contradict one another
 */
export function sizeFromArguments(args: SizeArguments, console: Console): ExitCode {
  const saved = savedSearch(args.result);
  const sizing = sizeAgain(saved, args);
  if (args.json === true) console.json(sizing);
  else if (args.quiet === true)
    console.out(sizing.instances === null ? unfitText(sizing) : countText(sizing.instances, 'instance'));
  else console.painted(renderTerminalSizing(sizing, { colours: console.color }));
  if (args.k8s !== undefined) writeManifest(args.k8s, sizing, saved, console);
  return sizing.instances === null ? EXIT.sloMissed : EXIT.pass;
}

function sizeAgain(saved: SavedSearch, args: SizeArguments): SizingFigures {
  const scenario = { ...saved.scenario, capacity: settingsFromFlags(saved.scenario.capacity, args) };
  const inputs = sizingInputs(scenario, saved.capacity, saved.stateful === undefined ? {} : { stateful: saved.stateful });
  if ('refused' in inputs) throw notSized(inputs);
  try {
    return computeSizing(inputs.question, inputs.sources, inputs.notes, inputs.intervals);
  } catch (error) {
    if (!(error instanceof SizingInputError)) throw error;
    throw new PlimsollError(error.message, EXIT.usage, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
  }
}

/** That no rate meets the SLO is an answer; all else asks for what is missing. */
function notSized({ refused, missing }: NotSized): PlimsollError {
  if (missing === 'capacity') return new PlimsollError(refused, EXIT.sloMissed);
  const hint = missing === 'peak' ? 'give --peak 1000/s' : 'give --measured.confirmed 100/s, or measure again';
  return new PlimsollError(`nothing to size: ${refused}`, EXIT.usage, { hint });
}

function writeManifest(file: string, sizing: SizingFigures, saved: SavedSearch, console: Console): void {
  const text = kubernetesManifest(sizing, { name: saved.name, ...PLACEHOLDERS });
  if (text === undefined) {
    console.err(`${file} was not written: the plan ${unfitText(sizing)}`);
    return;
  }
  writeFileAtomically(file, text);
  console.err(`wrote ${file}`);
}
