/** Where a value of a scenario is. */
export interface Place {
  /** The file, or the flag (`--set load.seed=x`), or what an object was given to. */
  readonly file: string;
  /** Line and column count from 1. Absent where the place is no file of lines: a flag, or an object. */
  readonly line?: number;
  readonly column?: number;
}

/** One thing wrong with a scenario. */
export interface Problem {
  readonly place: Place;
  /** Dot path with list indexes, as `--set` takes it: `load.phases.1.rate`. Empty for the scenario as a whole. */
  readonly path: string;
  /** What stands there. */
  readonly found: string;
  /** What may stand there. */
  readonly accepted: string;
  /** What would mend it. */
  readonly hint?: string;
}
