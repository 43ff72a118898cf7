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

/** The part that every request has, as a flat list: name, value, ... */
export function baseHeaders(own: Readonly<Record<string, string>>): readonly string[] {
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
