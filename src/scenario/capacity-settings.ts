import { capacitySchema } from './schema/capacity-schema.js';
import type { CapacityFile } from './schema/scenario-schema.js';

type DependencySettings = NonNullable<CapacityFile['dependency']>;

/**
 * What `capacity` of a scenario asks for, defaults filled in; all of it defaults where the file has no such block. Durations in
 * milliseconds, rates per second, ratios from 0 to 1, sizes in bytes.
 */
export type CapacitySettings = Omit<CapacityFile, 'dependency'> & {
  readonly dependency: DependencySettings;
  /** Dot paths below `capacity` of the values that the file gives, such as `peak` or `instance.cores`; the others are defaults. */
  readonly given: readonly string[];
};

/** Dot paths of everything in a map that is no map itself. */
const leavesOf = (value: unknown, path: readonly string[] = []): readonly string[] =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]))
    : [path.join('.')];

/**
 * @param written the block as it stands in the file, which tells what was given from what is a default
 * @param file the same as the grammar read it
 */
export const capacitySettings = (written: unknown = {}, file: CapacityFile = capacitySchema.parse(written)): CapacitySettings => {
  const { dependency = capacitySchema.shape.dependency.unwrap().parse({}), ...settings } = file;
  return { ...settings, dependency, given: leavesOf(written) };
};
