import { isSetByUs, valueFault } from '../../scenario/file/header-text.js';
import { headerValue, MODERN_VERSION } from '../protocol/modern-envelope.js';

/** Header by which the shared token of `target.auth` goes out. */
export const AUTHORIZATION = 'authorization';

/**
 * What every request of a caller has, as a flat list, and whether that is the shared token: it is not where the caller has a header of its own.
 * @param authorization value of the header with that token; absent: there is none
 */
export function callerHeaders(
  target: Readonly<Record<string, string>>,
  tenant: Readonly<Record<string, string>>,
  authorization: string | undefined,
): { readonly headers: string[]; readonly sharesToken: boolean } {
  const own = mergeHeaders(target, tenant);
  const ownOne = Object.keys(own).some((name) => name.toLowerCase() === AUTHORIZATION);
  if (authorization === undefined || ownOne) return { headers: baseHeaders(own), sharesToken: false };
  return { headers: baseHeaders({ ...own, [AUTHORIZATION]: authorization }), sharesToken: true };
}

/** Headers of a tenant laid over those of the target; a name counts as the same whatever its letters' case. */
function mergeHeaders(
  target: Readonly<Record<string, string>>,
  tenant: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const replaced = new Set(Object.keys(tenant).map((name) => name.toLowerCase()));
  return { ...Object.fromEntries(Object.entries(target).filter(([name]) => !replaced.has(name.toLowerCase()))), ...tenant };
}

/** Puts another value into a flat header list that has the header. */
export function replaceHeader(headers: string[], name: string, value: string): void {
  for (let i = 0; i + 1 < headers.length; i += 2) if (headers[i] === name) headers[i + 1] = value;
}

/** The part that every request has, as a flat list: name, value, ... */
function baseHeaders(own: Readonly<Record<string, string>>): string[] {
  const headers = ['content-type', 'application/json', 'accept', 'application/json, text/event-stream'];
  const has = (wanted: string): boolean => Object.keys(own).some((name) => name.toLowerCase() === wanted);
  if (!has('user-agent')) headers.push('user-agent', 'plimsoll');
  // Compressing is work of the server that calls through a gateway may ask for and others do not: it is the scenario's to say.
  if (!has('accept-encoding')) headers.push('accept-encoding', 'identity');
  for (const [name, value] of Object.entries(own)) if (!isSetByUs(name)) headers.push(name, value);
  return headers;
}

/** A legacy request: nothing before the handshake is done, then the negotiated version and the session id, if there is one. */
export function legacyHeaders(base: readonly string[], version: string | undefined, sessionId: string | undefined): string[] {
  const headers = [...base];
  if (version !== undefined) headers.push('mcp-protocol-version', version);
  if (sessionId !== undefined) headers.push('mcp-session-id', sessionId);
  return headers;
}

/** A modern request: version and method always, and the name of what is asked for. */
export function modernHeaders(base: readonly string[], method: string, name?: string): string[] {
  const headers = [...base, 'mcp-protocol-version', MODERN_VERSION, 'mcp-method', method];
  if (name !== undefined) headers.push('mcp-name', headerValue(name));
  return headers;
}

/** The id of an event as a header carries it: the bytes of its UTF-8, as browsers send it. undefined when no header can. */
export function eventIdHeader(lastEventId: string): string | undefined {
  const bytes = Buffer.from(lastEventId, 'utf8').toString('latin1');
  return valueFault(bytes) === undefined ? bytes : undefined;
}

/** The headers of a legacy request as those of a GET that resumes an event stream after an event. */
export function resumeHeaders(headers: readonly string[], lastEventId: string): string[] {
  const id = eventIdHeader(lastEventId);
  return id === undefined ? streamHeaders(headers) : ['last-event-id', id, ...streamHeaders(headers)];
}

/** The headers of a legacy request as those of a GET that opens an event stream. */
export function streamHeaders(headers: readonly string[]): string[] {
  const own: string[] = ['accept', 'text/event-stream'];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (headers[i] !== 'accept' && headers[i] !== 'content-type') own.push(headers[i] as string, headers[i + 1] as string);
  }
  return own;
}

const CREDENTIALS = /^(authorization|cookie)$|api-?key|token|secret/i;

/** Whether a flat list of headers (name, value, ...) says who the caller is. */
export const carriesCredentials = (headers: readonly string[]): boolean =>
  headers.some((name, index) => index % 2 === 0 && CREDENTIALS.test(name));
