/** How the search under one entry ended. Rates in calls/s. */
export interface SearchEnd {
  readonly ending: 'confirmed' | 'at-least' | 'nothing-passes' | 'unconfirmed' | 'invalid' | 'interrupted' | 'degraded-for-good';
  /** Why, in words. */
  readonly reason: string;
  /** Offered rate of the last passed soak. */
  readonly confirmedRate?: number;
  /** Largest rate that passed a trial. */
  readonly largestPass?: number;
  readonly smallestFail?: number;
  /** Rate from which the generator gave up starts. */
  readonly generatorLimit?: number;
  /** Lowest rate whose trials stayed in doubt. */
  readonly undecided?: number;
}
