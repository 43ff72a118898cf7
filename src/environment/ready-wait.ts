import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { otherLoopback } from '../mcp/call/open-clues.js';
import type { ServerUnderTest, Target } from '../scenario/target.js';
import { readPage } from '../signals/page.js';
import { givenLatencyText } from '../text/figure-text.js';
import type { Lines } from '../text/one-line.js';
import { withoutMarkup } from '../text/said-in.js';
import type { ServerProcess } from './server-process.js';

const POLL_MS = 100;

interface Address {
  readonly host: string;
  readonly port: number;
}

function addressOf(url: string): Address {
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}

/** Whether something accepts connections there. */
function accepts({ host, port }: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(500, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/**
 * Refuses to start a server whose port is taken: we would wait for, load and judge whatever else listens there.
 * @throws PlimsollError with exit code 8 that names the port.
 */
export async function refuseTakenPorts({ urls, server }: Target): Promise<void> {
  const all = [...urls, ...(server?.ready === undefined ? [] : [server.ready])].map(addressOf);
  const distinct = new Map(all.map((address) => [`${address.host}:${address.port}`, address]));
  for (const [name, address] of distinct) {
    if (!(await accepts(address))) continue;
    throw new PlimsollError(`something already listens on ${name}, where the server under test would`, 'machine', {
      hint: 'stop it (is a server of an earlier run left?), use another port, or leave out target.server to load what is there',
    });
  }
}

/**
 * Waits until the server under test is ready: its `ready` page answers 2xx, or, without one, its port accepts connections.
 * @throws PlimsollError with exit code 6 when it exits first or is not ready in time, with its last answer and last words.
 */
export async function waitUntilReady(target: Target, child: ServerProcess, signal: AbortSignal): Promise<void> {
  const server = target.server as ServerUnderTest;
  const untilMs = performance.now() + server.readyTimeoutMs;
  let last = 'no answer';
  while (!signal.aborted) {
    if (child.gone) {
      throw new PlimsollError(`${await child.exited}, before it was ready`, 'target', { hint: wordsOf(child) });
    }
    const answer = server.ready === undefined ? await portAnswer(target) : await pageAnswer(server.ready, target.tls);
    if (answer === undefined) return;
    last = answer;
    if (performance.now() > untilMs) {
      const what = server.ready ?? target.urls[0] ?? 'its port';
      throw new PlimsollError(
        `the server under test was not ready within ${givenLatencyText(server.readyTimeoutMs * 1000)}: ${what}: ${last}${await elsewhere(what)}`,
        'target',
        {
          hint: wordsOf(child),
        },
      );
    }
    await wait(POLL_MS);
  }
}

/** A server that was told to listen on `localhost` may do so over one of IPv4 and IPv6 alone. */
async function elsewhere(url: string): Promise<string> {
  const address = URL.canParse(url) ? await otherLoopback(new URL(url)) : undefined;
  return address === undefined
    ? ''
    : `, but something listens on ${address}: use that address in the scenario, or let the server listen on both`;
}

const wordsOf = (child: ServerProcess): Lines => {
  const lines = child.lastLines();
  return lines.length === 0 ? 'it printed nothing' : ['it printed:', ...lines.map((line) => `  ${line}`)];
};

async function portAnswer({ urls }: Target): Promise<string | undefined> {
  const open = await Promise.all(urls.map((url) => accepts(addressOf(url))));
  return open.every(Boolean) ? undefined : 'refuses connections';
}

/** @returns undefined when ready, else the last answer in words. */
async function pageAnswer(url: string, tls: Target['tls']): Promise<string | undefined> {
  try {
    const { status, text } = await readPage(url, { timeoutMs: 2000, maxBytes: 64 * 1024, ...(tls === undefined ? {} : { tls }) });
    return status >= 200 && status < 300 ? undefined : `status ${status} ${withoutMarkup(text).slice(0, 200)}`.trim();
  } catch (error) {
    return (error as Error).message;
  }
}
