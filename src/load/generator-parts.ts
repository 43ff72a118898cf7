import type { SampleEntry } from '../journal/journal-entry.js';
import type { SecondEntry } from '../journal/second-entry.js';
import type { Driver } from '../mcp/driver.js';
import type { Segment } from '../scenario/plan/segment.js';
import type { Scenario } from '../scenario/scenario.js';
import type { CallPlan } from './call-plan.js';
import type { ThreadReading } from './drive-recorder.js';
import type { LoadClock } from './load-clock.js';
import type { Share } from './schedule.js';

/** What a load thread's drive is made of. */
export interface GeneratorParts {
  readonly scenario: Scenario;
  readonly timeline: readonly Segment[];
  readonly plan: CallPlan;
  readonly endpoints: readonly string[];
  /** This thread's share of the schedule, of the slots and of the users. */
  readonly share: Share;
  readonly worker: number;
  /** Successes with a longer response time are kept one by one, microseconds. Absent: none. */
  readonly keepAboveUs?: number;
  readonly driver: Driver;
  readonly clock: LoadClock;
  /** Reading of the clock at the start of the first phase. */
  readonly originMs: number;
  readonly readThread: () => ThreadReading;
  /** As in `GapWatch`. */
  readonly waitedMs?: () => number;
  readonly onSecond: (second: SecondEntry, samples: readonly SampleEntry[]) => void;
  readonly onEnd: (end: GeneratorEnd) => void;
}

export interface GeneratorEnd {
  readonly endedS: number;
  /** What is no outcome of a call, by name. */
  readonly warnings: Readonly<Record<string, number>>;
}
