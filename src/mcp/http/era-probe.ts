import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { nameList } from '../../text/name-list.js';
import type { Era } from '../call/call-record.js';
import type { Clock } from '../call/clock.js';
import { INITIALIZE_VERSION } from '../call/sdk-client.js';
import { settleEra } from '../call/settle-era.js';
import { WireFailure } from '../call/wire-failure.js';
import type { EndpointDescription } from '../driver.js';
import { EraInquiry } from '../protocol/era-inquiry.js';
import { isObject } from '../protocol/rpc-answer.js';
import { MODERN_VERSION, modernMeta } from './modern-envelope.js';
import { legacyHeaders, modernHeaders } from './request-headers.js';
import type { SideChannel } from './side-channel.js';

/** What was decided about the protocol of an endpoint. */
export interface EraVerdict {
  readonly era: Era;
  /** Legacy: the revision to offer; absent: the newest of the SDK. */
  readonly offer?: string;
  /** How it was decided, in a sentence. */
  readonly probe: string;
  readonly server?: { readonly name?: string; readonly version?: string };
}

/** What an answer says about the era: a proof, or a refusal in the words of the server, which proves nothing by itself. */
export type EraReading =
  | { readonly says: 'proof'; readonly verdict: EraVerdict }
  | { readonly says: 'refused'; readonly words: string };

const END_TIMEOUT_MS = 2000;
/** A request of the probe outlives the probe, which says more about its limit. */
const BEYOND_MS = 10_000;
const UNSUPPORTED_VERSION = -32022;
/** Codes that no server had before 2026-07-28. */
const MODERN_ERRORS = [-32020, -32021, UNSUPPORTED_VERSION];

export interface EraAskedOver {
  readonly protocol: string;
  readonly url: string;
  readonly channel: SideChannel;
  readonly clock: Clock;
  readonly baseHeaders: readonly string[];
  readonly clientInfo: { readonly name: string; readonly version: string };
  readonly timeoutMs: number;
}

/**
 * Over Streamable HTTP: decides by the scenario's word, or asks the server when that is `auto`. A session that it opened for the question is
 * ended again. @throws WireFailure, PlimsollError (exit code 6)
 */
export async function decideEra(parts: EraAskedOver): Promise<EraVerdict> {
  const { protocol, clock, timeoutMs, channel, baseHeaders } = parts;
  const asked = askedEra(protocol);
  if (asked !== undefined) return asked;
  let sessionId: string | undefined;
  const { verdict } = await settleEra(new EraInquiry(timeoutMs, clock.now()), {
    clock,
    ask: (question) =>
      question === 'server/discover'
        ? discover(parts)
        : initialize(parts, (given) => {
            sessionId = given;
          }),
  });
  if (sessionId !== undefined) {
    const headers = legacyHeaders(baseHeaders, INITIALIZE_VERSION, sessionId);
    await channel.send({ method: 'DELETE', headers, timeoutMs: END_TIMEOUT_MS }).catch(() => undefined);
  }
  return verdict;
}

/** What the server says to one request of the probe. @throws WireFailure, PlimsollError */
async function discover({ channel, url, baseHeaders, clientInfo, timeoutMs }: EraAskedOver): Promise<EraReading> {
  const params = { _meta: modernMeta(clientInfo) };
  let message: unknown;
  try {
    await channel.send({
      method: 'POST',
      headers: modernHeaders(baseHeaders, 'server/discover'),
      body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'server/discover', params }),
      timeoutMs: timeoutMs + BEYOND_MS,
      onMessage: (got) => {
        message = got;
        return isObject(got) && got.method === undefined;
      },
    });
  } catch (error) {
    return ofFailure(error, url);
  }
  return readDiscovery(message, url);
}

/** The second question, once there was no answer to the first for a while. What is wrong with a handshake is for the handshake to tell. */
async function initialize(
  { channel, url, baseHeaders, clientInfo, timeoutMs }: EraAskedOver,
  onSession: (id: string | undefined) => void,
): Promise<EraReading> {
  const params = { protocolVersion: INITIALIZE_VERSION, capabilities: {}, clientInfo };
  let message: unknown;
  try {
    const { sessionId } = await channel.send({
      method: 'POST',
      headers: legacyHeaders(baseHeaders, undefined, undefined),
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
      timeoutMs: timeoutMs + BEYOND_MS,
      onMessage: (got) => {
        message = got;
        return isObject(got) && got.method === undefined;
      },
    });
    onSession(sessionId);
  } catch (error) {
    if (!(error instanceof WireFailure) || error.kind !== 'status') throw error;
    message = parsed(error.details.bodyText ?? '') ?? { error: { code: error.message, message: '' } };
  }
  return readInitialize(message, url);
}

/** What one driver found out, for the next. */
export function eraOf({ era, probe = 'found out before', serverName, serverVersion }: EndpointDescription): EraVerdict {
  const server = {
    ...(serverName === undefined ? {} : { name: serverName }),
    ...(serverVersion === undefined ? {} : { version: serverVersion }),
  };
  return { era, probe, server };
}

/** What the scenario's word alone decides; undefined for `auto`. */
export function askedEra(protocol: string): EraVerdict | undefined {
  if (protocol === 'auto') return undefined;
  const probe = `target.protocol asks for ${protocol}`;
  if (protocol === 'modern' || protocol === MODERN_VERSION) return { era: 'modern', probe };
  return protocol === 'legacy' ? { era: 'legacy', probe } : { era: 'legacy', offer: protocol, probe };
}

/** What the answer to `server/discover` says. @throws PlimsollError (exit code 6) when no revision is spoken by both sides. */
export function readDiscovery(message: unknown, url: string): EraReading {
  const result = isObject(message) ? message.result : undefined;
  if (isObject(result) && Array.isArray(result.supportedVersions)) {
    const versions = result.supportedVersions.filter((version) => typeof version === 'string');
    if (!versions.includes(MODERN_VERSION)) return proof(olderOnly(versions, url));
    const info = isObject(result._meta) ? result._meta['io.modelcontextprotocol/serverInfo'] : undefined;
    return proof({
      era: 'modern',
      probe: `server/discover was answered and names ${MODERN_VERSION}`,
      ...(isObject(info) ? { server: serverOf(info) } : {}),
    });
  }
  return modernRefusal('server/discover', message, url) ?? { says: 'refused', words: said(message) };
}

/** What the answer to `initialize` says. @throws PlimsollError (exit code 6) when no revision is spoken by both sides. */
export function readInitialize(message: unknown, url: string): EraReading {
  if (isObject(message) && isObject(message.result) && message.error === undefined)
    return proof({ era: 'legacy', probe: 'server/discover was not answered, initialize was' });
  return modernRefusal('initialize', message, url) ?? { says: 'refused', words: said(message) };
}

/** A refusal that only a modern server can have sent; what it names may still be older revisions. */
function modernRefusal(asked: string, message: unknown, url: string): EraReading | undefined {
  const error = isObject(message) && isObject(message.error) ? message.error : undefined;
  if (error === undefined || !MODERN_ERRORS.includes(Number(error.code))) return undefined;
  const { data } = error;
  const supported = isObject(data) && Array.isArray(data.supported) ? data.supported.filter((v) => typeof v === 'string') : [];
  // A modern server that is offered an older revision need not name its own.
  const named = supported.length > 0 || asked === 'server/discover';
  if (error.code === UNSUPPORTED_VERSION && named && !supported.includes(MODERN_VERSION)) return proof(olderOnly(supported, url));
  return proof({ era: 'modern', probe: `${asked} was refused with ${String(error.code)}, which only a modern server knows` });
}

const proof = (verdict: EraVerdict): EraReading => ({ says: 'proof', verdict });

function ofFailure(error: unknown, url: string): EraReading {
  if (!(error instanceof WireFailure) || error.kind !== 'status') throw error;
  const { status = 0, bodyText = '' } = error.details;
  // A refusal of this caller, a server in trouble or a redirect says nothing about the protocol.
  if (status === 401 || status === 403 || status === 429 || status >= 500 || status < 400) throw error;
  const message = parsed(bodyText);
  const refusal = status === 400 ? modernRefusal('server/discover', message, url) : undefined;
  if (refusal !== undefined) return refusal;
  const rpc = isObject(message) && isObject(message.error) ? message.error : undefined;
  return { says: 'refused', words: `HTTP ${status}${rpc === undefined ? '' : `, ${said(message)}`}` };
}

function olderOnly(versions: readonly string[], url: string): EraVerdict {
  if (versions.some((version) => version < MODERN_VERSION))
    return { era: 'legacy', probe: `the server names the revisions ${nameList(versions)}: initialize is used` };
  throw new PlimsollError(
    `${url} speaks the protocol revisions ${nameList(versions) || '(none named)'}, of which plimsoll speaks none`,
    EXIT.target,
    {
      hint: `plimsoll speaks 2025-03-26, 2025-06-18, 2025-11-25 and ${MODERN_VERSION}`,
    },
  );
}

function serverOf(info: Readonly<Record<string, unknown>>): { readonly name?: string; readonly version?: string } {
  return {
    ...(typeof info.name === 'string' ? { name: info.name } : {}),
    ...(typeof info.version === 'string' ? { version: info.version } : {}),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function said(message: unknown): string {
  const error = isObject(message) && isObject(message.error) ? message.error : undefined;
  if (error === undefined) return 'another result';
  return `${String(error.code)} ${String(error.message ?? '').slice(0, 80)}`.trim();
}
