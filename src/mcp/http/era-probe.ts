import { NO_SESSIONS, type SessionCounts } from '../../journal/session-counts.js';
import type { Clock } from '../call/clock.js';
import { INITIALIZE_VERSION } from '../call/sdk-client.js';
import { settleEra } from '../call/settle-era.js';
import { WireFailure } from '../call/wire-failure.js';
import { EraInquiry } from '../protocol/era-inquiry.js';
import {
  askedEra,
  type EraReading,
  type EraVerdict,
  modernRefusal,
  readDiscovery,
  readInitialize,
  refusalWords,
} from '../protocol/era-reading.js';
import { modernMeta } from '../protocol/modern-envelope.js';
import { isObject } from '../protocol/rpc-answer.js';
import type { ControlClient } from './control-client.js';
import { endSession } from './end-session.js';
import { legacyHeaders, modernHeaders } from './request-headers.js';

/** A request of the probe outlives the probe, which says more about its limit. */
const BEYOND_MS = 10_000;

export interface EraAskedOver {
  readonly protocol: string;
  readonly url: string;
  readonly channel: ControlClient;
  readonly clock: Clock;
  readonly baseHeaders: readonly string[];
  readonly clientInfo: { readonly name: string; readonly version: string };
  readonly timeoutMs: number;
}

/**
 * Over Streamable HTTP: decides by the scenario's word, or asks the server when that is `auto`. A session that it opened for the question is
 * ended again, and counted. @throws WireFailure, PlimsollError (exit code 6)
 */
export async function decideEra(
  parts: EraAskedOver,
): Promise<{ readonly verdict: EraVerdict; readonly sessions: SessionCounts }> {
  const { protocol, clock, timeoutMs, channel, baseHeaders } = parts;
  const asked = askedEra(protocol);
  if (asked !== undefined) return { verdict: asked, sessions: NO_SESSIONS };
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
  if (sessionId === undefined) return { verdict, sessions: NO_SESSIONS };
  const status = await endSession(channel, legacyHeaders(baseHeaders, INITIALIZE_VERSION, sessionId));
  return { verdict, sessions: { ...NO_SESSIONS, opened: 1, ended: 1, endedByStatus: { [status]: 1 } } };
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

function ofFailure(error: unknown, url: string): EraReading {
  if (!(error instanceof WireFailure) || error.kind !== 'status') throw error;
  const { status = 0, bodyText = '' } = error.details;
  // A refusal of this caller, a server in trouble or a redirect says nothing about the protocol.
  if (status === 401 || status === 403 || status === 429 || status >= 500 || status < 400) throw error;
  const message = parsed(bodyText);
  const refusal = status === 400 ? modernRefusal('server/discover', message, url) : undefined;
  if (refusal !== undefined) return refusal;
  const rpc = isObject(message) && isObject(message.error) ? message.error : undefined;
  return { says: 'refused', words: `HTTP ${status}${rpc === undefined ? '' : `, ${refusalWords(message)}`}` };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
