import type { RecoveryPlan } from '../../journal/recovery-plan.js';
import type { Budget } from '../../journal/search-plan.js';

/** A system that needs more than this many computed drains to come back is slow; the load is held as long to see it. */
export const DRAINS = 3;
/** Longest drain of the calls in flight when the load of a level ends. */
export const LEVEL_DRAIN_S = 10;

const PROTOCOL = { lowerShares: [0.3, 0.15], leadS: 10, faultS: 20, leastHoldS: 60, windowS: 10, idleS: 60 } as const;
const FULL: RecoveryPlan = { ...PROTOCOL, shares: [0.5, 0.7, 0.8, 0.9], label: '50, 70, 80 and 90 % of the healthy capacity' };

/** The plans by the budget of the search: a small one looks at fewer loads, each as long as it has to be. */
export const RECOVERY_PLANS: Readonly<Record<Budget, RecoveryPlan>> = {
  '2m': { ...PROTOCOL, shares: [0.5, 0.7], label: '50 and 70 % of the healthy capacity only' },
  '5m': { ...PROTOCOL, shares: [0.5, 0.7, 0.8], label: '50, 70 and 80 % of the healthy capacity' },
  '10m': FULL,
  '20m': FULL,
};

/**
 * Time in which a queue works off what a fault left behind, seconds: T x (load - degraded) / (1 - load), the fluid queue. Load and
 * degraded capacity as shares of the healthy capacity.
 */
export const drainTimeS = (faultS: number, load: number, degraded: number): number =>
  load >= 1 ? Number.POSITIVE_INFINITY : (faultS * Math.max(0, load - degraded)) / (1 - load);

/** How long the load stays after the fault is lifted, whole seconds. */
export const holdTimeS = ({ faultS, leastHoldS }: RecoveryPlan, load: number, degraded: number): number =>
  // The small term undoes what binary fractions add to a whole number.
  Math.ceil(Math.max(leastHoldS, DRAINS * drainTimeS(faultS, load, degraded)) - 1e-9);

/** Longest that one level takes, its drain included, seconds. */
export const levelTimeS = (plan: RecoveryPlan, load: number, degraded: number): number =>
  plan.leadS + plan.faultS + holdTimeS(plan, load, degraded) + LEVEL_DRAIN_S;

/** Longest that all levels of one fault take, one wait without load included: their hard deadline, seconds. */
export const recoveryBudgetS = (plan: RecoveryPlan): number =>
  plan.shares.reduce((sum, share) => sum + levelTimeS(plan, share, 0), plan.idleS);
