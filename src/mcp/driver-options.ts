import type { ClientSide } from '../scenario/client.js';
import type { ClassifyRule, Tenant } from '../scenario/scenario.js';
import type { Target } from '../scenario/target.js';
import type { Clock } from './call/clock.js';
import type { EraVerdict } from './protocol/era-reading.js';
import type { ServerProcessEvent } from './server-process-event.js';

/** How much of an answer is read before it is given up as `answer-too-large`. */
export interface DriverLimits {
  /** Body of one answer, all events of a stream together. */
  readonly answerBytes: number;
  /** One line of an event stream, in characters. */
  readonly sseLineLength: number;
  /** Header block of one answer. */
  readonly headerBytes: number;
}

export const DEFAULT_LIMITS: DriverLimits = {
  answerBytes: 16 * 1024 * 1024,
  sseLineLength: 16 * 1024 * 1024,
  headerBytes: 64 * 1024,
};

/** `target.idleTimeout` where nothing else is said: under the 60 s after which balancers and servers commonly close an idle connection. */
export const DEFAULT_IDLE_TIMEOUT_MS = 55_000;

/** What a load thread gives to make its driver. Plain data but for clock and listener, so it can be posted to a worker. */
export interface DriverOptions {
  readonly target: Target;
  /** The scenario's `classify`: site rules that come before the built-in ones. */
  readonly classify: readonly ClassifyRule[];
  /** Each has sessions and headers of its own. Absent: all calls are of one caller. */
  readonly tenants?: readonly Pick<Tenant, 'name' | 'headers'>[];
  /** What the server's requests are answered with. Absent: they are refused. */
  readonly client?: ClientSide;
  /** The token of `target.auth`, to start with. Absent: the target has none. */
  readonly token?: string;
  /** This thread's share of `load.maxInFlight`; as many connections are opened when needed, and more are counted as a warning. */
  readonly maxInFlight: number;
  /** `sessions.calls`: a session is renewed, off the clock, after this many calls. Absent: never. */
  readonly sessionCalls?: number;
  /** `sessions.stream`: a stream is held for each session. */
  readonly stream?: boolean;
  /** Looks at the streams that the load will not hold, to tell what is asked there: for checks before a load, where no stream is held. */
  readonly watchStreams?: boolean;
  /** Index of the load thread; gives each thread its own range of JSON-RPC ids. Default 0. */
  readonly worker?: number;
  readonly limits?: Partial<DriverLimits>;
  /** What was found out about each endpoint before, so that one run asks once. Only heeded where asking costs a process. */
  readonly eras?: readonly EraVerdict[];
  /** For each request of the handshake and of the tool listing. Default: `target.startTimeout` before the load, 10 s while it runs. */
  readonly handshakeTimeoutMs?: number;
  /** stdio: told of each server process that is started, what it prints, and that it has ended. */
  readonly onServerProcess?: (event: ServerProcessEvent) => void;
  /** Default: the clock of this thread. */
  readonly clock?: Clock;
}
