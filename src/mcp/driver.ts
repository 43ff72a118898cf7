import type { SessionCounts } from '../journal/session-counts.js';
import type { OtherRequest } from '../scenario/call.js';
import type { OutcomeClass } from '../scenario/outcome.js';
import type { Era } from './era.js';

/** A tool as the server lists it. */
export interface ToolDescription {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/** What was found out about one endpoint before the load starts. */
export interface EndpointDescription {
  readonly endpoint: string;
  readonly era: Era;
  /** Negotiated protocol revision, for instance `2025-11-25`. */
  readonly protocolVersion: string;
  readonly stateful: boolean;
  readonly serverName?: string;
  readonly serverVersion?: string;
  /** How `protocol: auto` came to its answer, in a sentence. */
  readonly probe?: string;
  readonly tools: readonly ToolDescription[];
  /** Tools that the server lists and a client must not call, with what is wrong with each. Absent: none. */
  readonly leftOut?: readonly { readonly name: string; readonly reason: string }[];
}

/** A call to start. `argumentsJson` is already rendered, valid JSON text. */
export interface CallStart {
  /** Name of the tool; of another request the name that tables show. */
  readonly tool: string;
  /** Absent: `tools/call`. */
  readonly request?: OtherRequest | undefined;
  readonly argumentsJson: string;
  /** Index of the endpoint (URL) in the target's list. */
  readonly endpoint: number;
  /** Index in the tenants of the driver's options; 0 or absent when there are none. */
  readonly tenant?: number;
  /** W3C trace context for `_meta.traceparent`; its trace id is also sent as the request id header. */
  readonly traceparent: string;
  /** Milliseconds from now until the call is ended on the wire with the class `timeout`. */
  readonly timeoutMs: number;
  /** Parse the whole result and hand it over (needed for `expect` and `save`). */
  readonly wantResult: boolean;
}

/** How a call ended. Times are `performance.now()` readings of the thread that made the call. */
export interface CallAnswer {
  readonly outcome: OutcomeClass;
  readonly answered: boolean;
  readonly endedMs: number;
  /** First byte of the answer's body, or the first SSE event; absent when nothing arrived. */
  readonly firstByteMs?: number;
  /** Bytes of the request body, without headers. */
  readonly bytesSent: number;
  /** Bytes of the answer's body, without headers and chunk framing. */
  readonly bytesReceived: number;
  readonly httpStatus?: number;
  readonly rpcCode?: number;
  readonly retryAfterMs?: number;
  /** First characters of what the server (or the socket) said about a failure, unescaped and at most 300 long. */
  readonly text?: string;
  /** Requests of the server that we answered within the call: server requests (legacy) or rounds of `input_required` (modern). */
  readonly rounds?: number;
  /** Times that a task was asked about. */
  readonly polls?: number;
  /** Progress notifications. */
  readonly progress?: number;
  /** Milliseconds in which the server waited for replies of ours. */
  readonly oursMs?: number;
  /** Modern: a result that is not the end (`input_required`, `task`), where the scenario can go on from it. */
  readonly interaction?: Readonly<Record<string, unknown>>;
  /** The MCP result object, when `wantResult` was set and the call was `ok` or `tool-error`. */
  readonly result?: Readonly<Record<string, unknown>>;
}

/** Ends a call early on the wire; `done` is then called once with the class given. Does nothing once the call has ended. */
export type CancelCall = (outcome: 'cancelled' | 'unfinished') => void;

/** Counters of a driver since it was opened. */
export interface DriverCounters {
  /** TCP connections that came to stand, those of the handshake included. */
  readonly connectionsOpened: number;
  /** Calls sent on a connection that had carried one before. */
  readonly connectionsReused: number;
  readonly sessions: SessionCounts;
  /** Streams held beside the calls; absent when none are asked for. */
  readonly streams?: { readonly open: number; readonly opened: number; readonly lost: number; readonly messages: number };
  /** Warnings that are no outcome of their own (limits hit, pollution), by name. */
  readonly warnings: Readonly<Record<string, number>>;
}

/** Speaks MCP to the target over one transport. One driver a load thread. */
export interface Driver {
  /**
   * Finds out era and revision of each endpoint, lists the tools and opens `sessions` sessions in all, shared round robin by the calls.
   * @throws PlimsollError (exit code 6) when an endpoint cannot be reached or is not MCP.
   */
  open(sessions: number): Promise<readonly EndpointDescription[]>;
  /** Starts a call at once; `done` is called exactly once, never before `start` returns. */
  start(call: CallStart, done: (answer: CallAnswer) => void): CancelCall;
  /** Another token for all callers that share it, from the next call on; undefined: there is none, and their calls end as `token-unavailable`. */
  setToken?(token: string | undefined): void;
  counters(): DriverCounters;
  /** Ends all sessions (DELETE where the server has them) and closes every socket. Bounded by a few seconds. */
  close(): Promise<void>;
}
