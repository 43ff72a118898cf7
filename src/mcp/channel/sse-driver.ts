import { headersFor } from '../../scenario/url-credentials.js';
import { openClues } from '../call/open-clues.js';
import { openError } from '../call/open-error.js';
import type { Driver } from '../driver.js';
import { DEFAULT_IDLE_TIMEOUT_MS, type DriverOptions } from '../driver-options.js';
import { ConnectionPool } from '../http/connection-pool.js';
import { Dialer } from '../http/dialer.js';
import { baseHeaders, carriesCredentials, mergeHeaders, replaceHeader } from '../http/request-headers.js';
import { MessageDriver } from './message-driver.js';
import { SseChannel } from './sse-channel.js';

const OPEN_AT_ONCE = 16;
const OPEN_TIMEOUT_MS = 10_000;
const AUTHORIZATION = 'authorization';

/** Makes a driver that speaks MCP over HTTP+SSE, the transport of 2024-11-05. */
export function createSseDriver(options: DriverOptions): Driver {
  const { target, tenants, token } = options;
  const callersAt = (href: string) =>
    (tenants ?? [{ headers: {} }]).map(({ headers }) => {
      const own = mergeHeaders(headersFor(href, target), headers);
      const sharesToken = token !== undefined && !Object.keys(own).some((name) => name.toLowerCase() === AUTHORIZATION);
      return { sharesToken, headers: baseHeaders(sharesToken ? { ...own, [AUTHORIZATION]: `Bearer ${token}` } : own) };
    });
  const everyCaller = target.urls.map(callersAt);
  return new MessageDriver(options, (parts) => {
    const dialer = new Dialer(target.tls);
    const pools: ConnectionPool[] = [];
    return {
      endpoints: target.urls.map((href, at) => {
        const url = new URL(href);
        const callers = everyCaller[at] ?? [];
        const pool = new ConnectionPool({
          origin: url.origin,
          dialer,
          headerBytes: parts.limits.headerBytes,
          idleTimeoutMs: target.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
          expected: options.maxInFlight,
          onExtra: () => parts.warn('connections-over-max-in-flight'),
          onIdleReset: () => parts.warn('idle-connection-reset'),
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
              url,
              headers: callers[caller]?.headers ?? [],
              dialer,
              pool,
              deadlines: parts.deadlines,
              clock: parts.clock,
              limits: parts.limits,
              openTimeoutMs: options.handshakeTimeoutMs ?? OPEN_TIMEOUT_MS,
              redact: parts.redact,
              warn: parts.warn,
              keepSecret: (secret) => parts.secrets.add(secret),
              retireSecret: (secret) => parts.secrets.retire(secret),
            }),
          explain: async (step, error) =>
            openError(href, step === 'the protocol probe' ? 'the event stream' : step, error, parts.redact, {
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
