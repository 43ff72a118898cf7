import { givenSettings } from '../../run/size/given-settings.js';
import type { CapacitySettings } from '../../scenario/capacity-settings.js';
import { applySets } from '../../scenario/file/overrides.js';
import { type Problem, ScenarioProblems } from '../../scenario/file/problem.js';
import type { MapTree } from '../../scenario/file/yaml-tree.js';
import { SIZING_DESCRIPTIONS, type SizingInputName } from '../../scenario/schema/sizing-descriptions.js';

export type SizingFlags = Readonly<Partial<Record<SizingInputName, string | undefined>>>;

const SET = '--set capacity.';
const NO_FLAGS: MapTree = { kind: 'map', place: { file: 'the saved search' }, entries: new Map() };

/**
 * Saved settings with the flags in their place, each read by the grammar of the scenario as `--set` reads it.
 * @throws ScenarioProblems with each flag that is wrong, by itself or with what was saved
 */
export function settingsFromFlags(saved: CapacitySettings, flags: SizingFlags): CapacitySettings {
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
