import { type CapacitySettings, capacitySettings } from '../../scenario/capacity-settings.js';
import { checkCapacity } from '../../scenario/checks/limit-checks.js';
import { reporter } from '../../scenario/checks/scenario-parts.js';
import { type Problem, ScenarioProblems } from '../../scenario/file/problem.js';
import { type Reading, treeData } from '../../scenario/file/yaml-tree.js';
import { capacitySchema } from '../../scenario/schema/capacity-schema.js';
import { keysAt } from '../../scenario/schema/json-schema.js';
import { acceptedText, schemaProblems } from '../../scenario/schema/schema-issues.js';
import { withGiven } from '../../sizing/sizing-settings.js';

/**
 * Saved settings with others in their place, read by the grammar of the scenario.
 * @param given a scenario of which `capacity` is all that counts, and what could not be read of it
 * @throws ScenarioProblems with each value that is wrong, by itself or with what was saved
 */
export function givenSettings(saved: CapacitySettings, { tree, problems: found }: Reading): CapacitySettings {
  const problems: Problem[] = [...found];
  if (tree === undefined) throw new ScenarioProblems('size', problems);
  const { capacity: written = {} } = treeData(tree) as { readonly capacity?: Readonly<Record<string, unknown>> };
  const read = capacitySchema.safeParse(written, { error: acceptedText });
  if (!read.success) problems.push(...schemaProblems(read.error.issues, tree, keysAt, ['capacity']));
  const settings = read.success ? withGiven(saved, capacitySettings(written, read.data)) : saved;
  checkCapacity(
    { capacity: { path: ['capacity'], value: settings, raw: written, incomplete: false, wrong: new Set() } },
    reporter(tree, problems),
  );
  if (problems.length > 0) throw new ScenarioProblems('size', problems);
  return settings;
}
