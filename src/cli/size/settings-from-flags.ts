import { type CapacitySettings, capacitySettings } from '../../scenario/capacity-settings.js';
import { checkCapacity } from '../../scenario/checks/limit-checks.js';
import { reporter } from '../../scenario/checks/scenario-parts.js';
import { applySets } from '../../scenario/file/overrides.js';
import { type Problem, ScenarioProblems } from '../../scenario/file/problem.js';
import { type MapTree, treeData } from '../../scenario/file/yaml-tree.js';
import { capacitySchema } from '../../scenario/schema/capacity-schema.js';
import { keysAt } from '../../scenario/schema/json-schema.js';
import { acceptedText, schemaProblems } from '../../scenario/schema/schema-issues.js';
import { SIZING_DESCRIPTIONS, type SizingInputName } from '../../scenario/schema/sizing-descriptions.js';
import { withGiven } from '../../sizing/sizing-settings.js';

export type SizingFlags = Readonly<Partial<Record<SizingInputName, string | undefined>>>;

const SET = '--set capacity.';
const NO_FLAGS: MapTree = { kind: 'map', place: { file: 'the saved search', line: 0, column: 0 }, entries: new Map() };

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
  const { capacity: written = {} } = treeData(tree) as { readonly capacity?: Readonly<Record<string, unknown>> };
  const read = capacitySchema.safeParse(written, { error: acceptedText });
  if (!read.success) problems.push(...schemaProblems(read.error.issues, tree, keysAt, ['capacity']));
  const settings = read.success ? withGiven(saved, capacitySettings(written, read.data)) : saved;
  checkCapacity({ capacity: { path: ['capacity'], value: settings, raw: written } }, reporter(tree, problems));
  if (problems.length === 0) return settings;
  const asFlag = ({ place, ...problem }: Problem): Problem => ({
    ...problem,
    place: { ...place, file: place.file.replace(SET, '--') },
  });
  throw new ScenarioProblems('size', problems.map(asFlag));
}
