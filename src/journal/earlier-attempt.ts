/** An attempt that came before, of a run that is repeated because its outcome was in doubt. */
export interface EarlierAttempt {
  readonly runId: string;
  /** Of its run folder, from the folder of the attempt that names it. */
  readonly folder: string;
  /** What it came to by itself. */
  readonly outcome: 'pass' | 'invalid';
  /** One sentence that says why. */
  readonly summary: string;
}
