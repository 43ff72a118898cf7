import type { ServerOutput } from '../../mcp/server-process-event.js';
import type { Scenario } from '../../scenario/scenario.js';
import type { Share } from '../schedule.js';
import type { StartThread } from './thread-port.js';

/** What the load threads are made for. */
export interface LoadEngineOptions {
  /** Target, sessions, slots and threads are taken from it; each drive brings a scenario of its own for the rest. */
  readonly scenario: Scenario;
  /** Share of slots and sessions that this process takes. Default: all. */
  readonly shard?: Share;
  /** Default: the scenario's `load.workers`. */
  readonly workers?: number;
  /** The token of `target.auth`, to start with. */
  readonly token?: string;
  /** stdio: told what server processes print to their standard error. */
  readonly onServerOutput?: ServerOutput;
  /** Default: real threads. */
  readonly startThread?: StartThread;
}
