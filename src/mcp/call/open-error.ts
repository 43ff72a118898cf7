import { PlimsollError } from '../../errors/plimsoll-error.js';
import { latencyText } from '../../text/figure-text.js';
import { saidIn } from '../../text/said-in.js';
import { pathHint, refusalHint, withScheme } from '../protocol/refusal-hint.js';
import { readErrorBody } from '../protocol/rpc-answer.js';
import { rpcHint } from '../protocol/rpc-hint.js';
import { saysSessionIsGone } from '../protocol/session-gone.js';
import type { OpenClues } from './open-clues.js';
import { WireFailure } from './wire-failure.js';

/** What is known beside the failure itself. */
export interface OpenContext {
  /** The requests carried credentials. */
  readonly authorized?: boolean;
  readonly transport?: 'streamable-http' | 'sse';
  readonly clues?: OpenClues;
}

/** What a sentence is made from. */
interface Failed {
  readonly shown: string;
  readonly url: URL;
  readonly step: string;
  readonly failure: WireFailure;
  readonly context: Required<Omit<OpenContext, 'clues'>> & { readonly clues: OpenClues };
  readonly redact: (text: string) => string;
}

/** Turns what went wrong while an endpoint was opened into a sentence that names what to change (exit code 6). `step` reads like "the tool listing". */
export function openError(
  url: string,
  step: string,
  error: unknown,
  redact: (text: string) => string,
  { authorized = false, transport = 'streamable-http', clues = {} }: OpenContext = {},
): PlimsollError {
  if (error instanceof PlimsollError) return error;
  const shown = redact(url);
  if (!(error instanceof WireFailure)) {
    const said = redact(error instanceof Error ? error.message : String(error));
    return make(`${shown}: ${step} failed: ${shortly(said)}`, rpcHint(step, said), error);
  }
  const [message, hint] =
    unknownSession(shown, error, redact) ??
    explain({
      shown,
      url: new URL(url),
      step: stepOf(step, error),
      failure: error,
      context: { authorized, transport, clues },
      redact,
    });
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
  const answer = gone ? `HTTP ${status}${said === '' ? '' : `: ${said}`}` : shortly(redact(message));
  return [
    `${shown} does not know the session that it opened ${latencyText(sent.sessionAgeMs * 1000)} ago: ${sent.method} was answered with ${answer}`,
    'more than one server seems to be behind this address, and their sessions are not shared: route by Mcp-Session-Id (HTTP+SSE: by the session in the address), share the sessions, or load one server',
  ];
}

function explain(failed: Failed): readonly [string, string] {
  const { shown, url, step, failure, context, redact } = failed;
  const { clues } = context;
  const { code = '', status, contentType = '', bodyText = '' } = failure.details;
  const said = shortly(redact(bodyText));
  switch (failure.kind) {
    case 'connect':
      if (code === 'ECONNREFUSED')
        return [
          `${shown} refuses connections (${step})`,
          clues.openAt === undefined
            ? `start the server, or correct host and port in target.url${proxyHint(clues)}`
            : `something listens on ${clues.openAt}, and not on ${url.hostname}: put ${url.protocol}//${clues.openAt}${url.pathname} into target.url, or let the server listen on both`,
        ];
      if (code === 'ENOTFOUND' || code.startsWith('EAI_'))
        return [
          `the host name ${url.hostname} of ${shown} cannot be resolved (${code})`,
          code === 'EAI_AGAIN'
            ? `the name server did not answer: is the network there? Else correct the host in target.url${proxyHint(clues)}`
            : `correct the host in target.url${proxyHint(clues)}`,
        ];
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
          `is it plain HTTP? Then put ${withScheme(url, 'http:')} into target.url. Servers of TLS 1.1 and older are not loaded`,
        ];
      return [`no connection to ${shown}: ${redact(failure.message)} (${code})`, `${connectHint(code)}${proxyHint(clues)}`];
    case 'unsendable':
      return [
        `no request could be made for ${step} of ${shown}: ${redact(failure.message)} (${code}); nothing was sent`,
        'the HTTP client of plimsoll would not take it: check target.url, target.headers and the headers of the tenants',
      ];
    case 'not-http':
      return [
        `${shown} does not answer in HTTP (${redact(failure.message)})`,
        clues.speaksTls ? tlsHint(url) : 'target.url must point to the HTTP port of the MCP server',
      ];
    case 'reset':
      return [
        `${shown} closed the connection without an answer (${step}${code === '' ? '' : `, ${code}`})`,
        clues.speaksTls
          ? tlsHint(url)
          : url.protocol === 'https:'
            ? 'it may want a client certificate (target.tls.cert and key); look at the log of the server'
            : 'is this the HTTP port of the MCP server, and is http or https right? Look at the log of the server',
      ];
    case 'timeout':
      return [
        `${shown} gave no answer to ${step}: ${failure.message}`,
        clues.unreachable
          ? `no connection could be made: is the host up, and does a firewall drop the packets?${proxyHint(clues)}`
          : 'it takes connections and does not answer: the server is stuck or starting: look at its log; one that needs longer has target.startTimeout',
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
        `${shown} answered ${step} unlike the first: ${redact(failure.message).slice(0, 200)}${said === '' ? '' : `; it says: ${said}`}`,
        'is there more than one server, or more than one version of it, behind this address? Look at their logs',
      ];
    case 'malformed':
    case 'content-type': {
      const type = contentType === '' || failure.message.includes(contentType) ? '' : ` (${contentType})`;
      const what = `${step} was answered with ${status === undefined ? '' : `HTTP ${status} and `}${shortly(redact(failure.message))}${type}`;
      // An address that answers in JSON, if not in good JSON, is hardly a wrong one.
      const hint =
        failure.kind === 'malformed' && !/markup|web page/.test(failure.message)
          ? 'the server must answer each request with one JSON-RPC message in JSON (UTF-8, no byte order mark), or with an event stream'
          : pathHint({ url, transport: context.transport });
      return [`${shown} does not answer as an MCP server: ${what}${said === '' ? '' : `; it says: ${said}`}`, hint];
    }
    case 'status':
      return ofStatus(failed, status ?? 0, said);
  }
}

function ofStatus(
  { shown, url, step, failure, context: { authorized, transport } }: Failed,
  status: number,
  said: string,
): readonly [string, string] {
  const { contentType, bodyText = '', headers } = failure.details;
  const { rpcCode } = rpcErrorOf(bodyText);
  const answered = `${shown} answered ${step} with HTTP ${status}${rpcCode === undefined ? '' : ` (RPC ${rpcCode})`}`;
  const hint = refusalHint({
    url,
    status,
    said,
    rpcCode,
    ...(contentType === undefined ? {} : { contentType }),
    headers,
    request: 'handshake',
    transport,
    authorized,
  });
  return [`${answered}${said === '' ? '' : `: ${said}`}`, hint];
}

/** Whose doing it is that no connection comes to stand: this machine's, the network's, or the host's. */
function connectHint(code: string): string {
  switch (code) {
    case 'EADDRNOTAVAIL':
      return 'this machine has no free port left for another connection, or not that address: close other clients, or widen net.ipv4.ip_local_port_range';
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
    case 'ENETDOWN':
    case 'EHOSTDOWN':
      return 'this machine knows no way there: is its network, or its VPN, up?';
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'nothing answers there: is the host up, and does a firewall on the way swallow connections?';
    case 'EACCES':
    case 'EPERM':
      return 'this machine forbids the connection: look at its firewall, or at the sandbox that plimsoll runs in';
    default:
      return 'correct target.url, or make the server reachable from here';
  }
}

const tlsHint = (url: URL): string => `the port speaks TLS: put ${withScheme(url, 'https:')} into target.url`;

/** Only where a proxy would have been asked by others. */
const proxyHint = ({ proxyVariable }: OpenClues): string =>
  proxyVariable === undefined
    ? ''
    : `; ${proxyVariable} is set, and plimsoll does not use it: it connects straight to the host, so that nothing on the way is measured with the server`;

/** What a body says, in a few words: the message of a JSON-RPC error, else as any other body. */
const shortly = (text: string): string => (rpcErrorOf(text).rpcMessage || saidIn(text)).replace(/\s+/g, ' ').trim().slice(0, 200);

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
  return new PlimsollError(message, 'target', { hint, cause });
}
