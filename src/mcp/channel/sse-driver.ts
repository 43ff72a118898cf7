import { headersFor } from '../../scenario/url-credentials.js';
import { openClues } from '../call/open-clues.js';
import { openError } from '../call/open-error.js';
import type { Driver } from '../driver.js';
import { DEFAULT_IDLE_TIMEOUT_MS, type DriverOptions } from '../driver-options.js';
import { ConnectionPool } from '../http/connection-pool.js';
import { Dialer } from '../http/dialer.js';
import { AUTHORIZATION, callerHeaders, carriesCredentials, replaceHeader } from '../http/request-headers.js';
import { MessageDriver } from './message-driver.js';
import { SseChannel } from './sse-channel.js';

const OPEN_AT_ONCE = 16;
const OPEN_TIMEOUT_MS = 10_000;

/** Makes a driver that speaks MCP over HTTP+SSE, the transport of 2024-11-05. */
export function createSseDriver(options: DriverOptions): Driver {
  const { target, tenants, token } = options;
  const authorization = token === undefined ? undefined : `Bearer ${token}`;
  const everyCaller = target.urls.map((href) =>
    (tenants ?? [{ headers: {} }]).map(({ headers }) => callerHeaders(headersFor(href, target), headers, authorization)),
  );
  return new MessageDriver(options, (owner) => {
    const dialer = new Dialer(target.tls);
    const pools: ConnectionPool[] = [];
    return {
      endpoints: target.urls.map((href, at) => {
        const url = new URL(href);
        const callers = everyCaller[at] ?? [];
        const pool = new ConnectionPool({
          origin: url.origin,
          dialer,
          headerBytes: owner.limits.headerBytes,
          idleTimeoutMs: target.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
          expected: options.maxInFlight,
          onExtra: () => owner.warn('connections-over-max-in-flight'),
          onIdleReset: () => owner.warn('idle-connection-reset'),
        });
        pools.push(pool);
        return {
          label: href,
          bothEras: false,
          openAtOnce: OPEN_AT_ONCE,
          callers: callers.length,
          sharesToken: (caller) => callers[caller]?.sharesToken === true,
          makeChannel: (caller) =>
            new SseChannel({
              owner,
              url,
              headers: callers[caller]?.headers ?? [],
              dialer,
              pool,
              openTimeoutMs: options.handshakeTimeoutMs ?? OPEN_TIMEOUT_MS,
            }),
          explain: async (step, error) =>
            openError(href, step === 'the protocol probe' ? 'the event stream' : step, error, owner.redact, {
              authorized: carriesCredentials(callers[0]?.headers ?? []),
              transport: 'sse',
              clues: await openClues(href, error),
            }),
        };
      }),
      connections: () => ({ opened: dialer.opened, reused: pools.reduce((sum, { reused }) => sum + reused, 0) }),
      setToken: (next) => {
        for (const { sharesToken, headers } of everyCaller.flat())
          if (sharesToken) replaceHeader(headers, AUTHORIZATION, `Bearer ${next}`);
      },
      close: () => {
        for (const pool of pools) pool.close();
        dialer.close();
      },
    };
  });
}
