/** How long a search may take: a name for one of its plans. */
export type Budget = '2m' | '5m' | '10m' | '20m';

/** What a budget buys. Times in seconds. */
export interface SearchPlan {
  readonly budgetS: number;
  readonly warmUpCapS: number;
  /** The bracket is narrowed until smallest fail / largest pass is at most this. */
  readonly width: number;
  readonly soakS: number;
  /** Length of a trial while the bracket is wide, and while it is narrow. */
  readonly coarseS: number;
  readonly fineS: number;
  /** Trials in a narrow bracket that have to agree, out of three. */
  readonly votes: 1 | 3;
  /** Half-width of the estimate in ln(rate) that refining aims at; absent: no refining. */
  readonly targetHalfWidth?: number;
  /** Measured in simulation; honest for queues without slow drift. */
  readonly label: string;
}
