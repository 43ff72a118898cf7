import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { compact } from '../../scenario/file/compact.js';
import { WireFailure } from './wire-failure.js';

/** What else was found out about an endpoint that could not be opened. */
export interface OpenClues {
  /** Its port is open on the other loopback address. */
  readonly openAt?: string;
  /** Not even a connection came to stand when it was tried once more. */
  readonly unreachable?: true;
  /** It answers a TLS handshake, and was asked in plain HTTP. */
  readonly speaksTls?: true;
  /** A variable that names a proxy, which is not used, and that other clients would use for this host. */
  readonly proxyVariable?: string;
}

const CLUE_TIMEOUT_MS = 1000;
const OTHER_LOOPBACK: Readonly<Record<string, string>> = { '127.0.0.1': '[::1]', '[::1]': '127.0.0.1' };

/** Looks at most a second for what the failure alone does not say. Never rejects, and sends nothing but a connect or a TLS hello. */
export async function openClues(
  url: string,
  error: unknown,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<OpenClues> {
  if (!(error instanceof WireFailure)) return {};
  const { kind, details } = error;
  const target = new URL(url);
  if (kind === 'connect' || kind === 'timeout') {
    const openAt = details.code === 'ECONNREFUSED' ? await otherLoopback(target) : undefined;
    const proxyVariable = proxyVariableFor(target, env);
    const unreachable = kind === 'timeout' && !(await accepts(target));
    return {
      ...compact({ openAt, proxyVariable }),
      ...(unreachable ? { unreachable } : {}),
    };
  }
  if ((kind === 'reset' || kind === 'not-http') && target.protocol === 'http:' && (await speaksTls(target)))
    return { speaksTls: true };
  return {};
}

/** The other loopback address where the port of this one is open; undefined where it is not, or the host is no loopback address. */
export async function otherLoopback({ hostname, port, protocol }: URL): Promise<string | undefined> {
  const other = OTHER_LOOPBACK[hostname];
  if (other === undefined) return undefined;
  const socket = connect({ host: bare(other), port: portOf(port, protocol) });
  return (await settles(socket, 'connect')) ? `${other}${port === '' ? '' : `:${port}`}` : undefined;
}

function accepts({ hostname, port, protocol }: URL): Promise<boolean> {
  return settles(connect({ host: bare(hostname), port: portOf(port, protocol) }), 'connect');
}

function speaksTls({ hostname, port, protocol }: URL): Promise<boolean> {
  const host = bare(hostname);
  // Whose certificate it is does not matter for whether it speaks TLS at all.
  const socket = connectTls({ host, port: portOf(port, protocol), rejectUnauthorized: false });
  return settles(socket, 'secureConnect');
}

function settles(socket: ReturnType<typeof connect>, event: 'connect' | 'secureConnect'): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (open: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(open);
    };
    const timer = setTimeout(() => end(false), CLUE_TIMEOUT_MS);
    socket.once(event, () => end(true));
    socket.on('error', () => end(false));
    socket.once('close', () => end(false));
  });
}

/** As curl and most clients read the environment: lower case first, `NO_PROXY` with suffixes and `*`. Loopback is never sent through a proxy. */
export function proxyVariableFor(
  { hostname, protocol }: URL,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) return undefined;
  const except = (env.no_proxy ?? env.NO_PROXY ?? '').split(/[\s,]+/).filter((part) => part !== '');
  const host = hostname.toLowerCase();
  if (except.some((part) => part === '*' || host === bareSuffix(part) || host.endsWith(`.${bareSuffix(part)}`))) return undefined;
  const names = protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY'];
  return [...names, 'all_proxy', 'ALL_PROXY'].find((name) => (env[name] ?? '') !== '');
}

const bareSuffix = (part: string): string =>
  part
    .toLowerCase()
    .replace(/^\*?\./, '')
    .replace(/:\d+$/, '');
const bare = (host: string): string => host.replace(/^\[|\]$/g, '');
const portOf = (port: string, protocol: string): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));
