import { PlimsollError } from '../../errors/plimsoll-error.js';
import { compact } from '../../scenario/file/compact.js';
import { nameList } from '../../text/name-list.js';
import type { EndpointDescription } from '../driver.js';
import type { Era } from '../era.js';
import { MODERN_VERSION } from './modern-envelope.js';
import { isObject } from './rpc-answer.js';

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

const UNSUPPORTED_VERSION = -32022;
/** Codes that no server had before 2026-07-28. */
const MODERN_ERRORS = [-32020, -32021, UNSUPPORTED_VERSION];

/** What one driver found out, for the next. */
export function eraOf({ era, probe = 'found out before', serverName, serverVersion }: EndpointDescription): EraVerdict {
  const server = compact({ name: serverName, version: serverVersion });
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
  return modernRefusal('server/discover', message, url) ?? { says: 'refused', words: refusalWords(message) };
}

/** What the answer to `initialize` says. @throws PlimsollError (exit code 6) when no revision is spoken by both sides. */
export function readInitialize(message: unknown, url: string): EraReading {
  if (isObject(message) && isObject(message.result) && message.error === undefined)
    return proof({ era: 'legacy', probe: 'server/discover was not answered, initialize was' });
  return modernRefusal('initialize', message, url) ?? { says: 'refused', words: refusalWords(message) };
}

/** A refusal that only a modern server can have sent; what it names may still be older revisions. */
export function modernRefusal(asked: string, message: unknown, url: string): EraReading | undefined {
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

function olderOnly(versions: readonly string[], url: string): EraVerdict {
  if (versions.some((version) => version < MODERN_VERSION))
    return { era: 'legacy', probe: `the server names the revisions ${nameList(versions)}: initialize is used` };
  throw new PlimsollError(
    `${url} speaks the protocol revisions ${nameList(versions) || '(none named)'}, of which plimsoll speaks none`,
    'target',
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

/** A refusal in the words of the server. */
export function refusalWords(message: unknown): string {
  const error = isObject(message) && isObject(message.error) ? message.error : undefined;
  if (error === undefined) return 'another result';
  return `${String(error.code)} ${String(error.message ?? '').slice(0, 80)}`.trim();
}
