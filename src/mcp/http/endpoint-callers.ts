import { addSessions, type SessionCounts } from '../../journal/session-counts.js';
import { evenShare } from '../call/even-share.js';
import { forEachLimit } from '../call/for-each-limit.js';
import { openError } from '../call/open-error.js';
import { SessionKeeper } from '../session/session-keeper.js';
import { SessionRecovery } from '../session/session-recovery.js';
import type { HttpEndpointOptions } from './http-endpoint-options.js';
import type { LegacySession } from './legacy-session.js';
import { carriesCredentials } from './request-headers.js';
import type { SessionOpener } from './session-opener.js';
import { TenantCaller } from './tenant-caller.js';

export interface EndpointCallersOptions
  extends Pick<HttpEndpointOptions, 'owner' | 'driver' | 'url' | 'headers' | 'authorization'> {
  /** A session takes calls from now on. */
  readonly onStart: (session: LegacySession) => void;
  /** A session takes none any more. */
  readonly onEnd: (session: LegacySession) => void;
}

const OPENING_AT_ONCE = 16;

/** The callers at one endpoint, a lane each: one a tenant, in their order; one in all when there are none. */
export class EndpointCallers {
  readonly lanes: readonly [TenantCaller, ...TenantCaller[]];
  readonly #options: EndpointCallersOptions;
  readonly #recovery: SessionRecovery;
  #opener: SessionOpener | undefined;

  constructor(options: EndpointCallersOptions) {
    this.#options = options;
    this.#recovery = new SessionRecovery(options.owner.clock);
    const { headers, authorization } = options;
    const lanes = (options.driver.tenants ?? [undefined]).map(
      (tenant) =>
        new TenantCaller({
          tenant: tenant?.name,
          targetHeaders: headers,
          tenantHeaders: tenant?.headers ?? {},
          authorization,
          keeper: (lane) => this.#keeperOf(lane),
        }),
    );
    this.lanes = lanes as [TenantCaller, ...TenantCaller[]];
  }

  get sessions(): SessionCounts {
    return this.lanes.map(({ keeper }) => keeper.counts).reduce(addSessions);
  }

  /** Whether a caller sends the token of `target.auth`. */
  sharesToken(tenant: number): boolean {
    return this.lanes[tenant]?.sharesToken === true;
  }

  setAuthorization(value: string): void {
    for (const lane of this.lanes) lane.setAuthorization(value);
  }

  /** A caller's part of so many sessions; none goes without. */
  share(sessions: number, lane: number): number {
    return evenShare(sessions, this.lanes.length, lane);
  }

  /** Who opens the sessions from now on. */
  set opener(opener: SessionOpener) {
    this.#opener = opener;
  }

  /**
   * Legacy: the first session of each caller after the first (which has its own), then all others, whoever's they are.
   * @throws PlimsollError (exit code 6)
   */
  async open(sessions: number): Promise<void> {
    const { owner, url } = this.#options;
    const opener = this.#opener!;
    await forEachLimit(this.lanes.slice(1), OPENING_AT_ONCE, async (lane) => {
      try {
        await (await opener.first(lane)).close();
      } catch (error) {
        throw openError(url, `initialize for the tenant ${lane.tenant ?? ''}`, error, owner.redact, {
          authorized: carriesCredentials(lane.baseHeaders),
        });
      }
    });
    const others = this.lanes.flatMap((lane, index) =>
      lane.agreement?.stateful === true ? Array.from({ length: this.share(sessions, index) - 1 }, () => lane) : [],
    );
    const known = this.lanes.length;
    await forEachLimit(others, OPENING_AT_ONCE, async (lane, index) => {
      try {
        lane.keeper.add(await opener.another(lane));
      } catch (error) {
        const whose = lane.tenant === undefined ? '' : ` (tenant ${lane.tenant})`;
        throw openError(url, `opening session ${known + index + 1} of ${known + others.length}${whose}`, error, owner.redact, {
          authorized: carriesCredentials(lane.baseHeaders),
        });
      }
    });
  }

  /** Ends all sessions on the server. */
  async close(): Promise<void> {
    await Promise.all(this.lanes.map(({ keeper }) => keeper.close()));
  }

  #keeperOf(lane: TenantCaller): SessionKeeper<LegacySession> {
    const { owner, driver, onStart, onEnd } = this.#options;
    return new SessionKeeper<LegacySession>({
      clock: owner.clock,
      recovery: this.#recovery,
      renewAfter: driver.sessionCalls,
      open: () => this.#opener!.another(lane),
      end: (_, session) => this.#opener!.end(session),
      warn: (name) => owner.warn(name),
      onStart,
      onEnd,
    });
  }
}
