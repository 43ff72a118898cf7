import type { EndpointOwner } from '../call/driver-core.js';
import type { ServerRequest } from '../call/server-request-handler.js';
import type { StreamCounts } from '../call/stream-counts.js';
import type { DriverOptions } from '../driver-options.js';
import type { Dialer } from './dialer.js';
import type { LegacySession } from './legacy-session.js';

export interface HttpEndpointOptions {
  readonly owner: EndpointOwner;
  readonly driver: DriverOptions;
  readonly url: string;
  /** Index of the endpoint in the target's list. */
  readonly index: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Value of the header that callers without one of their own share. */
  readonly authorization: string | undefined;
  readonly dialer: Dialer;
  readonly streamCounts: StreamCounts;
  /** A request of the server on a held stream. */
  readonly onStreamRequest: (endpoint: number, session: LegacySession | undefined, request: ServerRequest) => void;
}
