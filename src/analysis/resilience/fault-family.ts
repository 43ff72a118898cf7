/** What a caller of the dependency meets, whatever the recipe is called. */
export type FaultFamily =
  | 'slow'
  | 'silent'
  | 'refused'
  | 'reset'
  | 'flapping'
  | 'cut-short'
  | 'thin'
  | 'moved'
  | 'errors'
  | 'other';

const RECIPE_FAMILIES: Readonly<Record<string, FaultFamily>> = {
  'slow-dependency': 'slow',
  'very-slow': 'slow',
  'cold-start': 'slow',
  'slow-close': 'slow',
  'black-hole': 'silent',
  'partition-heals': 'silent',
  'idle-drop': 'reset',
  'connection-reset': 'reset',
  refused: 'refused',
  flapping: 'flapping',
  'truncated-reply': 'cut-short',
  'thin-pipe': 'thin',
  dribble: 'thin',
  failover: 'moved',
  'error-stub': 'errors',
  'partial-failure': 'reset',
};

const TOXIC_FAMILIES: Readonly<Record<string, FaultFamily>> = {
  latency: 'slow',
  slow_close: 'slow',
  timeout: 'silent',
  reset_peer: 'reset',
  limit_data: 'cut-short',
  bandwidth: 'thin',
  slicer: 'thin',
};

/** Family of a recipe, or of raw toxics by the first that belongs to one. */
export function faultFamily(recipe: string, toxics: readonly Readonly<Record<string, unknown>>[] = []): FaultFamily {
  const known = RECIPE_FAMILIES[recipe];
  if (known !== undefined) return known;
  return toxics.map(({ type }) => TOXIC_FAMILIES[String(type)]).find((family) => family !== undefined) ?? 'other';
}

/** Added latency of a fault in milliseconds, from its latency toxics; undefined when it has none. */
export function addedLatencyMs(toxics: readonly Readonly<Record<string, unknown>>[] = []): number | undefined {
  const latencies = toxics.flatMap(({ type, attributes }) =>
    type === 'latency' && typeof attributes === 'object' && attributes !== null && 'latency' in attributes
      ? [Number(attributes.latency)]
      : [],
  );
  return latencies.length === 0 ? undefined : latencies.reduce((sum, each) => sum + each, 0);
}
