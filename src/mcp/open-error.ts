import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { readErrorBody } from './rpc-answer.js';
import { saysSessionIsGone } from './session-gone.js';
import { WireFailure } from './wire-failure.js';

/** Turns what went wrong while an endpoint was opened into a sentence that names what to change (exit code 6). `step` reads like "the tool listing". */
export function openError(url: string, step: string, error: unknown, redact: (text: string) => string): PlimsollError {
  if (error instanceof PlimsollError) return error;
  const shown = redact(url);
  if (!(error instanceof WireFailure)) {
    const said = redact(error instanceof Error ? error.message : String(error));
    return make(`${shown}: ${step} failed: ${said}`, 'the server answered, but not as MCP asks; look at its log', error);
  }
  const [message, hint] =
    unknownSession(shown, error, redact) ?? explain(shown, new URL(url), stepOf(step, error), error, redact);
  return make(message, hint, error);
}

/** The step with the message of it that failed: `initialize` is two of them. */
function stepOf(step: string, { details: { sent } }: WireFailure): string {
  if (sent === undefined || step.includes(sent.method) || step === 'the tool listing') return step;
  return step.startsWith('initialize') ? step.replace('initialize', sent.method) : `${step} (${sent.method})`;
}

/** A server that does not know the session which it gave a moment ago is another one than gave it. */
function unknownSession(
  shown: string,
  { kind, message, details: { sent, status = 200, bodyText = '' } }: WireFailure,
  redact: (text: string) => string,
): readonly [string, string] | undefined {
  if (sent?.sessionAgeMs === undefined) return undefined;
  const said = shortly(redact(bodyText));
  const gone = kind === 'status' && saysSessionIsGone({ httpStatus: status, ...rpcErrorOf(bodyText), bodyText });
  if (!gone && kind !== 'unknown-session') return undefined;
  const answer = gone ? `HTTP ${status}${said === '' ? '' : `: ${rpcText(said)}`}` : shortly(redact(message));
  return [
    `${shown} does not know the session that it opened ${Math.max(1, Math.round(sent.sessionAgeMs))} ms ago: ${sent.method} was answered with ${answer}`,
    'more than one server seems to be behind this address, and their sessions are not shared: route by Mcp-Session-Id (HTTP+SSE: by the session in the address), share the sessions, or load one server',
  ];
}

function explain(
  shown: string,
  url: URL,
  step: string,
  failure: WireFailure,
  redact: (text: string) => string,
): readonly [string, string] {
  const { code = '', status, contentType = '', bodyText = '' } = failure.details;
  const said = shortly(redact(bodyText));
  switch (failure.kind) {
    case 'connect':
      if (code === 'ECONNREFUSED')
        return [`${shown} refuses connections (${step})`, 'start the server, or correct host and port in target.url'];
      if (code === 'ENOTFOUND' || code.startsWith('EAI_'))
        return [`the host name ${url.hostname} of ${shown} cannot be resolved`, 'correct the host in target.url'];
      if (code === 'EMFILE' || code === 'ENFILE')
        return [
          `no file descriptor is left for a connection to ${shown}`,
          'raise the limit (ulimit -n) or lower load.maxInFlight',
        ];
      if (code === 'CERT_HAS_EXPIRED')
        return [`the certificate of ${shown} has expired`, 'renew it; target.tls.insecure: true loads the server all the same'];
      if (code === 'CERT_NOT_YET_VALID')
        return [
          `the certificate of ${shown} is not valid yet`,
          'is the clock of this machine right, or that of who made the certificate?',
        ];
      if (code === 'CERT_NAME_INVALID')
        return [
          `the certificate of ${shown} is for another name: ${redact(failure.message)}`,
          'use the name of the certificate in target.url, or set target.tls.serverName',
        ];
      if (/CERT|SELF_SIGNED|UNABLE_TO/.test(code))
        return [
          `the certificate of ${shown} is not trusted: ${redact(failure.message)} (${code})`,
          'give the certificate of its authority as target.tls.ca',
        ];
      if (code === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL')
        return [
          `${shown} speaks no HTTP/1.1 (${code}), and calls go over HTTP/1.1`,
          'let the server, or a proxy before it, take HTTP/1.1 too; docs/protocol.md says why HTTP/2 is not used',
        ];
      if (/^ERR_SSL_.*(CERTIFICATE|ALERT)/.test(code))
        return [
          `${shown} refused our side of TLS: ${redact(failure.message)} (${code})`,
          'it may want a client certificate (target.tls.cert and key), or another one',
        ];
      if (/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL)$/.test(code))
        return [
          `${shown} does not speak TLS that is spoken here (${code})`,
          'is it http and not https, or a server of TLS 1.1 and older?',
        ];
      return [
        `no connection to ${shown}: ${redact(failure.message)} (${code})`,
        'correct target.url, or make the server reachable from here',
      ];
    case 'not-http':
      return [
        `${shown} does not answer in HTTP (${redact(failure.message)})`,
        'target.url must point to the HTTP port of the MCP server',
      ];
    case 'reset':
      return [
        `${shown} closed the connection without an answer (${step}${code === '' ? '' : `, ${code}`})`,
        url.protocol === 'https:'
          ? 'it may want a client certificate (target.tls.cert and key); look at the log of the server'
          : 'is this the HTTP port of the MCP server, and is http or https right? Look at the log of the server',
      ];
    case 'timeout':
      return [
        `${shown} gave no answer to ${step}: ${failure.message}`,
        'the server is stuck or starting; look at its log, or give it more time before the run',
      ];
    case 'closed':
      return [`${shown}: ${step} was given up because the driver was closed`, 'start the run again'];
    case 'too-large':
      return [
        `${shown} answered ${step} with more than is read: ${failure.message}`,
        'this is not a sensible answer of an MCP server',
      ];
    case 'no-answer':
      return [
        `${shown} took ${step} but never answered it: ${failure.message}`,
        'the server must answer each POST with JSON or an event stream',
      ];
    case 'unknown-session':
    case 'refused':
      return [
        `${shown} refused ${step}: ${redact(failure.message).slice(0, 200)}`,
        'it may limit its sessions: lower sessions.count, or lift its limit; its log may say more',
      ];
    case 'disagreed':
      return [
        `${shown} answered ${step} unlike the first: ${redact(failure.message).slice(0, 200)}${said === '' ? '' : `; it begins with: ${said}`}`,
        'is there more than one server, or more than one version of it, behind this address? Look at their logs',
      ];
    case 'malformed':
    case 'content-type':
      return notMcp(
        shown,
        url,
        `${step} was answered with ${failure.message}${contentType === '' ? '' : ` (${contentType})`}`,
        said,
      );
    case 'status':
      return ofStatus(shown, url, step, status ?? 0, said, contentType, failure.details.location);
  }
}

function ofStatus(
  shown: string,
  url: URL,
  step: string,
  status: number,
  said: string,
  contentType: string,
  location: string | undefined,
): readonly [string, string] {
  const answered = `${shown} answered ${step} with HTTP ${status}${said === '' ? '' : `: ${rpcText(said)}`}`;
  if (status === 401)
    return [
      answered,
      `the server wants a token, or another one: set target.auth, for instance { bearer: "\${secret:MCP_TOKEN}" }`,
    ];
  if (status === 403) return [answered, 'the token or the origin is not allowed here: check target.headers'];
  if (status < 400)
    return [
      answered,
      `redirects are not followed: put the final address${location === undefined ? '' : ` (${location})`} into target.url`,
    ];
  if (status === 404 || status === 405) return [answered, pathHint(url)];
  if (status === 429)
    return [answered, 'the server limits its callers already before the load; wait, or lift its limit for this client'];
  if (status >= 500) return [answered, 'the server (or a proxy before it) is failing; look at its log'];
  if (contentType === 'text/html') return notMcp(shown, url, `${step} was answered with HTTP ${status} and a web page`, said);
  return [answered, 'set target.protocol to `legacy` or to the revision that the server speaks, and check target.headers'];
}

function notMcp(shown: string, url: URL, what: string, said: string): readonly [string, string] {
  return [`${shown} does not answer as an MCP server: ${what}${said === '' ? '' : `; it begins with: ${said}`}`, pathHint(url)];
}

function pathHint(url: URL): string {
  return url.pathname.endsWith('/mcp')
    ? 'is this the address of the MCP endpoint?'
    : `is the path right? MCP servers mostly listen at ${new URL('/mcp', url.origin).href}`;
}

function rpcText(body: string): string {
  const { rpcMessage } = rpcErrorOf(body);
  return rpcMessage === '' ? body : rpcMessage;
}

const shortly = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 200);

function rpcErrorOf(body: string): { readonly rpcCode: number | undefined; readonly rpcMessage: string } {
  const into = {
    fault: 'none' as const,
    rpcCode: undefined as number | undefined,
    rpcMessage: '',
    isError: false,
    toolErrorText: '',
    result: undefined,
    interaction: undefined,
  };
  readErrorBody(body, into);
  return into;
}

function make(message: string, hint: string, cause: unknown): PlimsollError {
  return new PlimsollError(message, EXIT.target, { hint, cause });
}
