/** One question before production, and what this run says to it. */
export interface ReadinessItem {
  readonly item: string;
  readonly state: 'passed' | 'failed' | 'inconclusive' | 'not tested';
  readonly evidence: string;
}

/** A way in which a dependency fails, and the recipes that make it fail so. */
export interface FailureMode {
  readonly mode: string;
  readonly recipes: readonly string[];
}
