/** Facts of a machine that move its figures. */
const HOST_KEYS = ['platform', 'arch', 'cpuModel', 'cores', 'cgroupCores', 'node'] as const;

/** The facts by which two machines are of different classes: their figures cannot be compared as they stand. Empty for one class. */
export const machineDifferences = (
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): readonly string[] => HOST_KEYS.filter((key) => JSON.stringify(one[key]) !== JSON.stringify(other[key]));
