import type { PrometheusSample } from './prometheus-page.js';

/** Gauges that tell how many replicas stand behind a target, the best one first: those that serve, then those that were asked for. */
const REPLICA_GAUGES = [
  'kube_deployment_status_replicas_ready',
  'kube_statefulset_status_replicas_ready',
  'kube_replicaset_status_ready_replicas',
  'kube_deployment_status_replicas_available',
  'kube_deployment_status_replicas',
  'kube_statefulset_status_replicas',
  'kube_horizontalpodautoscaler_status_current_replicas',
] as const;

export type ReplicaReading =
  | { readonly series: string; readonly count: number }
  /** Why the count is not known although the page or the scenario speaks of one, in words. */
  | { readonly problem: string };

const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

const labelsOf = (series: string): ReadonlyMap<string, string> =>
  new Map([...series.slice(series.indexOf('{') + 1).matchAll(LABEL)].map(([, name = '', value = '']) => [name, value]));

/** Whether a series has the name of a wanted one, and all the labels that it names. */
function matches(sample: PrometheusSample, wanted: string): boolean {
  const [name = ''] = wanted.split('{');
  if (sample.name !== name) return false;
  const own = labelsOf(sample.series);
  return !wanted.includes('{') || [...labelsOf(wanted)].every(([label, value]) => own.get(label) === value);
}

/**
 * The count of replicas on a Prometheus page: the one series that the scenario names, else the first well-known gauge that has one series
 * alone; which of many is meant nobody can guess. Pure.
 * @param wanted name of a gauge, with labels where it needs them
 * @returns undefined where nobody speaks of replicas
 */
export function replicaReading(samples: readonly PrometheusSample[], wanted?: string): ReplicaReading | undefined {
  if (wanted !== undefined) {
    const found = samples.filter((sample) => matches(sample, wanted));
    return found.length === 0 ? { problem: `there is no ${wanted}` } : reading(found, wanted);
  }
  const known = REPLICA_GAUGES.map((name) => samples.filter((sample) => sample.name === name)).filter(({ length }) => length > 0);
  const [first] = known;
  if (first === undefined) return undefined;
  const single = known.find(({ length }) => length === 1);
  return reading(single ?? first, first[0]?.name ?? '');
}

function reading(found: readonly PrometheusSample[], name: string): ReplicaReading {
  const [only] = found;
  if (only === undefined || found.length > 1) {
    return { problem: `${name} has ${found.length} series: name one with its labels in capacity.target.replicas` };
  }
  const { series, value } = only;
  return Number.isInteger(value) && value >= 0
    ? { series, count: value }
    : { problem: `${series} is ${value}: no count of replicas` };
}
