import type { FaultFigures } from '../result/fault-figures.js';

/** A way in which a dependency fails, and the recipes that make it fail so. */
export interface FailureMode {
  readonly mode: string;
  readonly recipes: readonly string[];
}

/** What each recipe tests, so that the card can say which ways to fail a dependency was never asked about. */
export const MODES: readonly FailureMode[] = [
  { mode: 'slow', recipes: ['slow-dependency', 'very-slow', 'cold-start', 'thin-pipe', 'dribble', 'slow-close'] },
  { mode: 'silent', recipes: ['black-hole', 'partition-heals'] },
  { mode: 'refused', recipes: ['refused', 'flapping'] },
  { mode: 'broken connections', recipes: ['connection-reset', 'idle-drop', 'partial-failure', 'truncated-reply'] },
  { mode: 'failover', recipes: ['failover'] },
];

/** Toxics that stand for a mode where a fault is written without a recipe. */
const MODE_TOXICS: Readonly<Record<string, string>> = {
  latency: 'slow',
  bandwidth: 'slow',
  slicer: 'slow',
  timeout: 'silent',
  reset_peer: 'broken connections',
  limit_data: 'broken connections',
};

/** Whether a fault makes its dependency fail in that way. */
export const carriedAs = ({ recipe, toxics = [] }: FaultFigures, { mode, recipes }: FailureMode): boolean =>
  recipes.includes(recipe) || (recipe === 'toxics' && toxics.some(({ type }) => MODE_TOXICS[String(type)] === mode));
