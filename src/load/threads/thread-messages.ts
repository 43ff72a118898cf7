import type { ExitCode } from '../../errors/exit-codes.js';
import type { SampleEntry } from '../../journal/journal-entry.js';
import type { SecondEntry } from '../../journal/second-entry.js';
import type { DriverCounters, EndpointDescription } from '../../mcp/driver.js';
import type { DriverOptions } from '../../mcp/driver-options.js';
import type { ServerProcessEvent } from '../../mcp/server-process-event.js';
import type { Segment } from '../../scenario/plan/segment.js';
import type { Feed, Scenario } from '../../scenario/scenario.js';
import type { LiveTally, TallyOrder } from '../live-tally.js';
import type { Share } from '../schedule.js';

/** What a load thread is born with. */
export interface ThreadBirth {
  readonly worker: number;
  readonly driver: DriverOptions;
  /** The scenario's data, handed over once: it may be large, and drives follow one another closely in a capacity search. */
  readonly data: Readonly<Record<string, Feed>>;
}

/** To a load thread. */
export type ThreadOrder =
  | { readonly type: 'open'; readonly sessions: number }
  | {
      readonly type: 'drive';
      /** Without `data` when it is that of the birth. */
      readonly scenario: Omit<Scenario, 'data'> & { readonly data?: Scenario['data'] };
      readonly timeline: readonly Segment[];
      readonly share: Share;
      /** `process.hrtime` at the start of the first phase: the one monotonic clock that all threads of a process share. */
      readonly originNs: bigint;
      readonly tally?: TallyOrder;
      /** As in `DriveSpec`. */
      readonly keepAboveUs?: number;
    }
  | { readonly type: 'token'; readonly token: string | undefined }
  | { readonly type: 'stop'; readonly how: 'drain' | 'at once' }
  | { readonly type: 'close' };

/** From a load thread. */
export type ThreadReport =
  | { readonly type: 'opened'; readonly endpoints: readonly EndpointDescription[] }
  | { readonly type: 'second'; readonly second: SecondEntry; readonly samples: readonly SampleEntry[] }
  | { readonly type: 'tally'; readonly tally: LiveTally }
  | { readonly type: 'ended'; readonly endedS: number; readonly counters: DriverCounters }
  /** stdio: a server process was started, or has ended. */
  | { readonly type: 'process'; readonly event: ServerProcessEvent }
  /** The last counts, the ends of the sessions included. */
  | { readonly type: 'closed'; readonly counters: DriverCounters }
  /** An order could not be carried out. */
  | {
      readonly type: 'failed';
      readonly message: string;
      readonly exitCode: ExitCode;
      readonly hint?: string;
      readonly stack?: string;
    };
