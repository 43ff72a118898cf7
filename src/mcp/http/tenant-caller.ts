import type { SessionKeeper } from '../session/session-keeper.js';
import type { HandshakeReplay } from './handshake-replay.js';
import type { CallPath, LegacySession } from './legacy-session.js';
import type { PreparedTool } from './prepared-call.js';
import { AUTHORIZATION, callerHeaders, replaceHeader } from './request-headers.js';

export interface TenantCallerOptions {
  /** Absent: the scenario has no tenants. */
  readonly tenant: string | undefined;
  readonly targetHeaders: Readonly<Record<string, string>>;
  readonly tenantHeaders: Readonly<Record<string, string>>;
  /** Value of the authorization header that all callers without one of their own share. */
  readonly authorization: string | undefined;
  readonly keeper: (lane: TenantCaller) => SessionKeeper<LegacySession>;
}

/** One caller (a tenant, or everybody) at one endpoint: its headers, its sessions, and its calls as far as they can be prepared. */
export class TenantCaller {
  readonly tenant: string | undefined;
  /** What every request of the caller has; the flat list is changed in place when the token is. */
  readonly baseHeaders: string[];
  readonly keeper: SessionKeeper<LegacySession>;
  readonly tools = new Map<string, PreparedTool>();
  /** Legacy: what its first handshake came to. */
  agreement: HandshakeReplay | undefined;
  /** Modern: where all its calls go. */
  modernPath: CallPath | undefined;
  /** It sends the token of `target.auth`, and not one of its own. */
  readonly sharesToken: boolean;

  constructor({ tenant, targetHeaders, tenantHeaders, authorization, keeper }: TenantCallerOptions) {
    this.tenant = tenant;
    const { headers, sharesToken } = callerHeaders(targetHeaders, tenantHeaders, authorization);
    this.baseHeaders = headers;
    this.sharesToken = sharesToken;
    this.keeper = keeper(this);
  }

  /** From the next request on another token goes out; calls in flight keep theirs. */
  setAuthorization(value: string): void {
    if (!this.sharesToken) return;
    replaceHeader(this.baseHeaders, AUTHORIZATION, value);
    for (const session of this.keeper.sessions()) replaceHeader(session.headers, AUTHORIZATION, value);
    for (const { headers } of this.tools.values()) replaceHeader(headers, AUTHORIZATION, value);
  }
}
