import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/mcp/call/clock.js';
import { type SettledEra, settleEra } from '../../../src/mcp/call/settle-era.js';
import { EraInquiry, type EraQuestion } from '../../../src/mcp/protocol/era-inquiry.js';
import { readDiscovery, readInitialize } from '../../../src/mcp/protocol/era-reading.js';

const LIMIT_MS = 30_000;
const DELAYS_MS = [0, 1000, 3000, 3200, 8000, 10_000];

/** A clock whose timers fire late by what the machine is behind. */
class VirtualClock implements Clock {
  #nowMs = 0;
  #timers: { atMs: number; callback: () => void }[] = [];
  constructor(readonly lateMs = 0) {}
  now = () => this.#nowMs;
  wallMs = () => this.#nowMs;
  setTimer = (callback: () => void, delayMs: number) => this.at(this.#nowMs + delayMs + this.lateMs, callback);
  clearTimer = (timer: object) => {
    this.#timers = this.#timers.filter((other) => other !== timer);
  };
  /** Everything that is due is seen before. */
  afterSockets = (callback: () => void) => void this.at(this.#nowMs, callback);
  at(atMs: number, callback: () => void): object {
    const timer = { atMs, callback };
    this.#timers.push(timer);
    return timer;
  }
  /** @returns false when nothing is pending */
  async next(): Promise<boolean> {
    const due = [...this.#timers].sort((a, b) => a.atMs - b.atMs)[0];
    if (due === undefined) return false;
    this.clearTimer(due);
    this.#nowMs = Math.max(this.#nowMs, due.atMs);
    due.callback();
    await new Promise((resolve) => setImmediate(resolve));
    return true;
  }
}

type Reply = { readonly afterMs?: number; readonly message: unknown } | 'silence' | 'exit';
type Server = Readonly<Record<EraQuestion, Reply>>;

const result = (value: object): Reply => ({ message: { result: value } });
const error = (code: number, data?: object): Reply => ({ message: { error: { code, message: 'no', data } } });
const DISCOVERED = result({ supportedVersions: ['2026-07-28'] });
const INITIALIZED = result({ protocolVersion: '2025-11-25' });
const late = (reply: Reply, afterMs: number): Reply => (typeof reply === 'string' ? reply : { ...reply, afterMs });

const SERVERS: Readonly<Record<string, readonly [Server, 'modern' | 'legacy']>> = {
  'modern only': [{ 'server/discover': DISCOVERED, initialize: error(-32022, { supported: ['2026-07-28'] }) }, 'modern'],
  'modern only, initialize unknown': [{ 'server/discover': DISCOVERED, initialize: error(-32601) }, 'modern'],
  'modern only, dies of initialize': [{ 'server/discover': DISCOVERED, initialize: 'exit' }, 'modern'],
  'modern only, silent to initialize': [{ 'server/discover': DISCOVERED, initialize: 'silence' }, 'modern'],
  'modern, refuses the discovery as only a modern server can': [
    { 'server/discover': error(-32021), initialize: error(-32601) },
    'modern',
  ],
  both: [{ 'server/discover': DISCOVERED, initialize: INITIALIZED }, 'modern'],
  'both, the discovery 4 s behind': [{ 'server/discover': late(DISCOVERED, 4000), initialize: INITIALIZED }, 'modern'],
  'legacy only': [{ 'server/discover': error(-32601), initialize: INITIALIZED }, 'legacy'],
  'legacy only, invalid parameters': [{ 'server/discover': error(-32602), initialize: INITIALIZED }, 'legacy'],
  'legacy only, silent to what it does not know': [{ 'server/discover': 'silence', initialize: INITIALIZED }, 'legacy'],
  'legacy only, dies of what it does not know': [{ 'server/discover': 'exit', initialize: INITIALIZED }, 'legacy'],
  'legacy only, names its revisions': [
    { 'server/discover': error(-32022, { supported: ['2025-11-25'] }), initialize: INITIALIZED },
    'legacy',
  ],
};

/** Asks a server that reads its first line after a while, and answers in order. */
async function inquire(server: Server, firstLineMs: number, lateMs = 0, limitMs = LIMIT_MS) {
  const clock = new VirtualClock(lateMs);
  const asked: EraQuestion[] = [];
  let gone = false;
  const hanging = new Set<() => void>();
  const exit = (): void => {
    gone = true;
    for (const tell of hanging) tell();
  };
  let found: SettledEra | Error | undefined;
  settleEra(new EraInquiry(limitMs, clock.now()), {
    clock,
    ask: (question) => {
      asked.push(question);
      return new Promise((resolve, reject) => {
        const ended = (): void => resolve('ended');
        if (gone) return ended();
        hanging.add(ended);
        const reply = server[question];
        if (reply === 'silence') return;
        const readAtMs = Math.max(firstLineMs, clock.now());
        clock.at(readAtMs + (reply === 'exit' ? 0 : (reply.afterMs ?? 0)), () => {
          if (gone) return;
          if (reply === 'exit') return exit();
          hanging.delete(ended);
          try {
            resolve(question === 'initialize' ? readInitialize(reply.message, 'it') : readDiscovery(reply.message, 'it'));
          } catch (failure) {
            reject(failure);
          }
        });
      });
    },
  }).then(
    (settled) => {
      found = settled;
    },
    (failure: Error) => {
      found = failure;
    },
  );
  while (found === undefined && (await clock.next()));
  return { found, asked, tookMs: clock.now() };
}

describe.each(Object.entries(SERVERS))('the era of a server: %s', (_, [server, era]) => {
  it.each(DELAYS_MS)('whose first line comes after %i ms', async (firstLineMs) => {
    for (const lateMs of [0, 500, 2500]) {
      const { found, asked } = await inquire(server, firstLineMs, lateMs);
      expect(found).toMatchObject({ verdict: { era } });
      // Each question once; whoever was asked both is met anew, so that the handshake is the first that a server sees.
      expect(asked.filter((question) => question === 'server/discover')).toHaveLength(1);
      expect(asked.length).toBe(new Set(asked).size);
      if (asked.includes('initialize')) expect(found).toMatchObject({ fresh: true });
    }
  });

  it('asks nothing twice and starts nothing anew where the answer comes at once', async () => {
    if (server['server/discover'] === 'silence' || server['server/discover'] === 'exit') return;
    if ((server['server/discover'].afterMs ?? 0) > 0) return;
    expect(await inquire(server, 0)).toMatchObject({ asked: ['server/discover'], found: { fresh: false }, tookMs: 0 });
  });
});

describe('silence is no answer', () => {
  const words = async (server: Server, limitMs?: number) => {
    const { found, tookMs } = await inquire(server, 0, 0, limitMs);
    expect(found).toMatchObject({ name: 'WireFailure', kind: 'timeout' });
    return [(found as Error).message, tookMs];
  };

  it('the sentence names the limit and its key', async () => {
    expect(await words({ 'server/discover': 'silence', initialize: 'silence' })).toEqual([
      'neither server/discover nor initialize was answered within 30 s (target.startTimeout)',
      30_000,
    ]);
    expect(await words({ 'server/discover': 'silence', initialize: 'silence' }, 1500)).toEqual([
      'neither server/discover nor initialize was answered within 1.5 s (target.startTimeout)',
      1500,
    ]);
  });

  it('a refusal of initialize that any server can send is none either', async () => {
    const [text] = await words({ 'server/discover': 'silence', initialize: error(-32601) });
    expect(text).toBe(
      'initialize was refused (-32601 no), and server/discover was not answered within 30 s (target.startTimeout)',
    );
  });

  it('a server that starts more slowly than the limit is not guessed at', async () => {
    const { found } = await inquire({ 'server/discover': DISCOVERED, initialize: error(-32601) }, 31_000);
    expect(found).toMatchObject({ kind: 'timeout' });
  });
});

it('a server that speaks no revision of ours is told by what it names', async () => {
  const { found } = await inquire(
    { 'server/discover': error(-32022, { supported: ['2031-01-01'] }), initialize: error(-32601) },
    4000,
  );
  expect(found).toMatchObject({ name: 'PlimsollError', message: expect.stringContaining('2031-01-01') });
});

it('initialize refused in the words of a modern server proves the modern era', async () => {
  const server: Server = { 'server/discover': 'silence', initialize: error(-32022) };
  expect((await inquire(server, 0)).found).toMatchObject({ verdict: { era: 'modern' }, fresh: true });
});
