import type { TrialVerdict } from './trial-verdict.js';

/** The trials at one rate, counted by outcome. A queue that had to be stopped is beyond doubt and counts as two failures. */
export class SearchVote {
  passes = 0;
  fails = 0;
  insufficient = 0;
  /** In a row. */
  invalid = 0;

  /** @param rate calls/s */
  constructor(public rate: number) {}

  /** Nothing was heard at this rate yet. */
  get isOpen(): boolean {
    return this.passes + this.fails + this.insufficient + this.invalid === 0;
  }

  start(rate: number): void {
    this.rate = rate;
    this.passes = 0;
    this.fails = 0;
    this.insufficient = 0;
    this.invalid = 0;
  }

  fail({ rule }: TrialVerdict): void {
    this.fails += rule === 'in-flight' ? 2 : 1;
  }
}
