import { headerValue, MODERN_VERSION } from './modern-envelope.js';

/** Headers that the wire itself sets; the same name in `target.headers` is left out, else it would stand twice. */
const OURS = new Set([
  'accept',
  'content-type',
  'content-length',
  'connection',
  'transfer-encoding',
  'mcp-protocol-version',
  'mcp-session-id',
  'mcp-method',
  'mcp-name',
  'x-request-id',
]);

/** Headers of a tenant laid over those of the target; a name counts as the same whatever its letters' case. */
export function mergeHeaders(
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
export function baseHeaders(own: Readonly<Record<string, string>>): string[] {
  const headers = ['content-type', 'application/json', 'accept', 'application/json, text/event-stream'];
  if (!Object.keys(own).some((name) => name.toLowerCase() === 'user-agent')) headers.push('user-agent', 'plimsoll');
  for (const [name, value] of Object.entries(own)) if (!OURS.has(name.toLowerCase())) headers.push(name, value);
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

/** The headers of a legacy request as those of a GET that resumes an event stream after an event. */
export function resumeHeaders(headers: readonly string[], lastEventId: string): string[] {
  return ['last-event-id', lastEventId, ...streamHeaders(headers)];
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
