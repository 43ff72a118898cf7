import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { ApiError } from './api-error.js';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** A name server that does not answer must not hold up a management call. */
const LOOKUP_LIMIT_MS = 700;

const HOST_PORT = /^(?:\[(?<bracketed>[^\]]*)\]|(?<plain>[^:]*)):(?<port>[^:]*)$/;

/**
 * Reads `host:port`, `[v6]:port` or `:port` (host '').
 * @returns the parts, or the sentence that says what is wrong, worded as Go's net package does.
 */
export const parseHostPort = (text: string): HostPort | string => {
  const groups = HOST_PORT.exec(text)?.groups;
  if (groups === undefined) {
    const colons = text.split(':').length - 1;
    return `address ${text}: ${colons > 1 ? 'too many colons in address' : 'missing port in address'}`;
  }
  const digits = groups.port || '0';
  if (!/^\d+$/.test(digits)) return `address ${text}: unknown port`;
  const port = Number(digits);
  if (port > 65_535) return `address ${digits}: invalid port`;
  return { host: groups.bracketed ?? groups.plain ?? '', port };
};

export const formatHostPort = ({ host, port }: HostPort): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

const addressOf = async (host: string): Promise<string> => {
  if (isIP(host) > 0) return host;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ApiError(`listen tcp: lookup ${host}: i/o timeout`, 500)), LOOKUP_LIMIT_MS);
  });
  try {
    const found = await Promise.race([lookup(host, { verbatim: false }), limit]);
    return found.address;
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(`listen tcp: lookup ${host}: no such host`, 500);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * The numeric address to listen on. No host, or no address at all, means every interface.
 * @throws ApiError 500, as Toxiproxy answers, for an address that cannot be listened on.
 */
export const resolveListen = async (listen: string): Promise<HostPort> => {
  const parsed = listen === '' ? { host: '', port: 0 } : parseHostPort(listen);
  if (typeof parsed === 'string') throw new ApiError(`listen tcp: ${parsed}`, 500);
  return { host: parsed.host === '' ? '::' : await addressOf(parsed.host), port: parsed.port };
};
