import { EXIT, type ExitCode } from '../../errors/exit-codes.js';
import { writeFileAtomically } from '../../journal/atomic-file.js';
import { renderTerminalSizing } from '../../report/sizing-terminal.js';
import type { SizingFigures } from '../../result/sizing-figures.js';
import { givenSettings } from '../../run/size/given-settings.js';
import { type SavedSearch, savedSearch } from '../../run/size/saved-search.js';
import { sizeAgain } from '../../run/size/size-again.js';
import type { CapacitySettings } from '../../scenario/capacity-settings.js';
import { applySets } from '../../scenario/file/overrides.js';
import { type Problem, ScenarioProblems } from '../../scenario/file/problem.js';
import type { MapTree } from '../../scenario/file/yaml-tree.js';
import { SIZING_DESCRIPTIONS, type SizingInputName } from '../../scenario/schema/sizing-descriptions.js';
import { kubernetesManifest, PLACEHOLDERS } from '../../sizing/kubernetes-manifest.js';
import { unfitText } from '../../sizing/sizing-words.js';
import { countText } from '../../text/figure-text.js';
import type { Console } from '../console.js';

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
  const sizing = sizeAgain(saved, settingsFromFlags(saved.scenario.capacity, args));
  if (args.json === true) console.json(sizing);
  else if (args.quiet === true)
    console.out(sizing.instances === null ? unfitText(sizing) : countText(sizing.instances, 'instance'));
  else console.painted(renderTerminalSizing(sizing, { colours: console.color }));
  if (args.k8s !== undefined) writeManifest(args.k8s, sizing, saved, console);
  return sizing.instances === null ? EXIT.sloMissed : EXIT.pass;
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

type SizingFlags = Readonly<Partial<Record<SizingInputName, string | undefined>>>;

const SET = '--set capacity.';
const NO_FLAGS: MapTree = { kind: 'map', place: { file: 'the saved search' }, entries: new Map() };

/**
 * Saved settings with the flags in their place, each read by the grammar of the scenario as `--set` reads it.
 * @throws ScenarioProblems with each flag that is wrong, by itself or with what was saved
 */
function settingsFromFlags(saved: CapacitySettings, flags: SizingFlags): CapacitySettings {
  const sets = (Object.keys(SIZING_DESCRIPTIONS) as SizingInputName[]).flatMap((name) =>
    flags[name] === undefined ? [] : [`capacity.${name}=${flags[name]}`],
  );
  const problems: Problem[] = [];
  const tree = applySets(NO_FLAGS, sets, problems);
  try {
    return givenSettings(saved, { tree, problems });
  } catch (error) {
    if (!(error instanceof ScenarioProblems)) throw error;
    const asFlag = ({ place, ...problem }: Problem): Problem => ({
      ...problem,
      place: { ...place, file: place.file.replace(SET, '--') },
    });
    throw new ScenarioProblems('size', error.problems.map(asFlag));
  }
}
