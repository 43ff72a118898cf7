import type { Scenario } from './scenario.js';
import { capacitySchema } from './schema/capacity-schema.js';

/** `capacity.target.replicas`: the gauge that counts the replicas of the target; undefined where the scenario names none. */
export const replicasMetric = ({ capacity }: Pick<Scenario, 'capacity'>): string | undefined =>
  capacity === undefined ? undefined : capacitySchema.parse(capacity).target.replicas;
