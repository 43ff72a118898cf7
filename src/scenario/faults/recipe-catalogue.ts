import { blackHole, connectionReset, flapping, idleDrop, partitionHeals, refused, truncatedReply } from './outages.js';
import type { Recipe } from './recipe.js';
import { coldStart, errorStub, failover, partialFailure, twoAtOnce } from './shifts.js';
import { dribble, slowClose, slowDependency, thinPipe, verySlow } from './slowness.js';

/** Every recipe, in the order in which `plimsoll faults list` shows them. */
export const RECIPES: readonly Recipe[] = [
  slowDependency,
  verySlow,
  blackHole,
  partitionHeals,
  idleDrop,
  connectionReset,
  refused,
  flapping,
  truncatedReply,
  thinPipe,
  dribble,
  slowClose,
  partialFailure,
  failover,
  errorStub,
  coldStart,
  twoAtOnce,
];

export const recipeNamed = (name: string): Recipe | undefined => RECIPES.find((recipe) => recipe.name === name);
