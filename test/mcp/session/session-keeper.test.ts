import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/mcp/call/clock.js';
import { type KeptSession, SessionKeeper, type SessionKeeperOptions } from '../../../src/mcp/session/session-keeper.js';
import { SessionRecovery } from '../../../src/mcp/session/session-recovery.js';
import type { OutcomeClass } from '../../../src/scenario/outcome.js';

class VirtualClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Map<object, { readonly atMs: number; readonly callback: () => void }>();
  now = () => this.#nowMs;
  wallMs = () => this.#nowMs;
  setTimer = (callback: () => void, delayMs: number) => {
    const handle = {};
    this.#timers.set(handle, { atMs: this.#nowMs + delayMs, callback });
    return handle;
  };
  clearTimer = (timer: object) => void this.#timers.delete(timer);
  afterSockets = (callback: () => void) => callback();

  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      await settled();
      const due = [...this.#timers].filter(([, { atMs }]) => atMs <= untilMs).sort(([, a], [, b]) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#timers.delete(due[0]);
      this.#nowMs = due[1].atMs;
      due[1].callback();
    }
    this.#nowMs = untilMs;
  }
}

/** Promises that are resolved have been followed up. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

class FakeSession implements KeptSession {
  inFlight = 0;
  calls = 0;
  lost = false;
  replacing = false;
  retired = false;
  startedMs = 0;
  shortLives = 0;
  served = false;
  streak = 0;
  streakClass: OutcomeClass | undefined = undefined;
  constructor(readonly id: string) {}
}

/** A keeper on a server that is a function: what a call on a session comes to. */
class World {
  readonly clock = new VirtualClock();
  readonly recovery = new SessionRecovery(this.clock);
  readonly opened: FakeSession[] = [];
  readonly ended: string[] = [];
  readonly warnings: string[] = [];
  readonly keeper: SessionKeeper<FakeSession>;

  constructor(
    count: number,
    readonly serve: (session: FakeSession, call: number) => OutcomeClass,
    more: Partial<SessionKeeperOptions<FakeSession>> = {},
  ) {
    this.keeper = new SessionKeeper<FakeSession>({
      clock: this.clock,
      recovery: this.recovery,
      renewAfter: undefined,
      open: async () => this.#new(),
      end: async (id) => {
        this.ended.push(id);
        return '200';
      },
      warn: (name) => this.warnings.push(name),
      ...more,
    });
    for (let i = 0; i < count; i++) this.keeper.add(this.#new());
  }

  #new(): FakeSession {
    const session = new FakeSession(`s${this.opened.length}`);
    this.opened.push(session);
    return session;
  }

  #calls = 0;

  /** One call from its start to its end, and what follows from it. */
  async call(): Promise<OutcomeClass> {
    const session = this.keeper.take();
    const outcome = this.serve(session, this.#calls++);
    session.inFlight--;
    this.keeper.callEnded(session, outcome, outcome === 'session-lost');
    await settled();
    return outcome;
  }

  /** Calls at an even pace. @returns how many failed */
  async drive(calls: number, everyMs: number): Promise<number> {
    let failed = 0;
    for (let i = 0; i < calls; i++) {
      if ((await this.call()) !== 'ok') failed++;
      await this.clock.advance(everyMs);
    }
    return failed;
  }
}

describe('a session that is gone without saying so', () => {
  const CLASSES: OutcomeClass[] = [
    'rpc-server-error',
    'tool-error',
    'contract',
    'rpc-internal-error',
    'server-error',
    'malformed',
  ];

  it.each(CLASSES)('is replaced after five calls that ended as %s, a test, and one call more', async (how) => {
    let restarted = false;
    const world: World = new World(1, (session) => (restarted && session.id === 's0' ? how : 'ok'));
    expect(await world.drive(3, 10)).toBe(0);
    restarted = true;
    expect(await world.drive(40, 10)).toBe(6);
    expect(world.keeper.counts).toMatchObject({ opened: 2, lost: 1, replaced: 1 });
    expect(world.warnings).toEqual(['session-lost-by-behaviour']);
    // The server did not say that it is gone, so it is told that nobody wants it any more.
    expect(world.ended).toEqual(['s0']);
    expect(world.keeper.counts).toMatchObject({ ended: 1, endedByStatus: { '200': 1 } });
  });

  it('takes the others of its age with it, without a test for each', async () => {
    let restarted = false;
    const world: World = new World(10, (session) =>
      restarted && world.opened.indexOf(session) < 10 ? 'rpc-server-error' : 'ok',
    );
    await world.drive(20, 10);
    restarted = true;
    const failed = await world.drive(400, 10);
    expect(world.keeper.counts).toMatchObject({ opened: 20, lost: 10, replaced: 10 });
    expect(failed).toBeLessThanOrEqual(10 * 5 + 10);
    expect(await world.drive(50, 10)).toBe(0);
  });

  it('is not taken for gone where nothing on it ever succeeded', async () => {
    const world = new World(3, () => 'rpc-server-error');
    await world.drive(500, 10);
    expect(world.keeper.counts).toMatchObject({ opened: 3, lost: 0, replaced: 0 });
  });

  it('is not taken for gone where new sessions fail as well; they are tried less and less often', async () => {
    const world: World = new World(4, (_, call) => (call < 20 ? 'ok' : 'rpc-server-error'));
    await world.drive(20, 10);
    await world.drive(3000, 10);
    const { opened, lost, replaced } = world.keeper.counts;
    expect({ lost, replaced }).toEqual({ lost: 0, replaced: 0 });
    // 30 s: after 0.25, 0.5, 1, 2 and then every 5 s.
    expect(opened - 4).toBeGreaterThanOrEqual(5);
    expect(opened - 4).toBeLessThanOrEqual(10);
    expect(world.ended).toHaveLength(opened - 4);
    expect(world.warnings).toEqual([]);
  });

  it('is not taken for gone where the trouble was over before the test was', async () => {
    // Fails until a new session is there: what looked like the session was the moment.
    const world: World = new World(1, (_, call) => (call >= 3 && world.opened.length === 1 ? 'tool-error' : 'ok'));
    await world.drive(100, 10);
    expect(world.keeper.counts).toMatchObject({ opened: 2, lost: 0, replaced: 0 });
    expect(world.keeper.sessions().map(({ id }) => id)).toEqual(['s0']);
    expect(world.ended).toEqual(['s1']);
  });

  it.each([0.1, 0.3, 0.5, 0.8, 0.9, 1])(
    'is not taken for gone where a share of %s of its calls fails at random',
    async (share) => {
      let state = 7;
      const random = (): number => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return state / 2 ** 32;
      };
      const world = new World(5, () => (random() < share ? 'tool-error' : 'ok'));
      await world.drive(5000, 10);
      expect(world.keeper.counts).toMatchObject({ lost: 0, replaced: 0 });
    },
  );

  it('is not taken for gone where one tool of several always fails', async () => {
    const world = new World(5, (_, call) => (Math.floor(call / 5) % 10 < 8 ? 'tool-error' : 'ok'));
    await world.drive(3000, 10);
    expect(world.keeper.counts).toMatchObject({ lost: 0, replaced: 0 });
  });

  it.each([
    'rate-limited',
    'quota-exhausted',
    'unauthenticated',
    'forbidden',
    'overloaded',
    'timeout',
    'connection-reset',
  ] as const)('is no way round an answer that is %s', async (how) => {
    const world = new World(2, (_, call) => (call < 5 ? 'ok' : how));
    await world.drive(300, 10);
    expect(world.keeper.counts).toMatchObject({ opened: 2, lost: 0 });
  });

  it('is replaced by the new session at once where it is told in plain words meanwhile', async () => {
    let restarted = false;
    let plain = false;
    const world: World = new World(1, (session) =>
      session.id !== 's0' || !restarted ? 'ok' : plain ? 'session-lost' : 'tool-error',
    );
    await world.drive(2, 10);
    restarted = true;
    await world.drive(5, 10);
    plain = true;
    await world.drive(20, 10);
    expect(world.keeper.counts).toMatchObject({ opened: 2, lost: 1, replaced: 1 });
    expect(world.warnings).toEqual([]);
  });
});

describe('sessions that do not last', () => {
  it.each([1, 10, 100])('make no storm of handshakes (%s sessions)', async (count) => {
    // Every second call of each session is told that the session is gone.
    const world = new World(count, (session) => (session.calls % 2 === 0 ? 'session-lost' : 'ok'));
    await world.drive(6000, 20);
    const { opened, lost, replaced } = world.keeper.counts;
    // 120 s. Each place once at once, as many again together, then a tenth of the places a second, or one.
    expect(opened).toBeLessThanOrEqual(3 * count + 120 * Math.max(1, count / 10));
    expect(opened).toBeGreaterThan(2 * count);
    expect(replaced).toBe(opened - count);
    expect(lost - replaced).toBeLessThanOrEqual(count);
    expect(world.warnings).toContain('session-did-not-last');
  });

  it('are opened again at once when they had lasted, all of them', async () => {
    let age = 0;
    const world = new World(20, (session) => (session.startedMs < age ? 'session-lost' : 'ok'));
    await world.drive(100, 100);
    for (let restart = 0; restart < 3; restart++) {
      age = world.clock.now();
      await world.drive(20, 0);
      expect(await world.drive(100, 100)).toBe(0);
    }
    expect(world.keeper.counts).toMatchObject({ opened: 80, lost: 60, replaced: 60 });
    expect(world.warnings).toEqual([]);
  });

  it('twice in a row, soon after another, still come back within moments', async () => {
    let age = 0;
    const world = new World(20, (session) => (session.startedMs < age ? 'session-lost' : 'ok'));
    for (let restart = 0; restart < 2; restart++) {
      await world.drive(20, 100);
      age = world.clock.now();
      await world.drive(20, 0);
    }
    await world.clock.advance(300);
    expect(await world.drive(100, 10)).toBe(0);
  });
});

it('renewal is no loss, and its ends are counted', async () => {
  const world = new World(2, () => 'ok', { renewAfter: 5 });
  await world.drive(100, 10);
  const { opened, lost, replaced, ended } = world.keeper.counts;
  expect({ lost, replaced }).toEqual({ lost: 0, replaced: 0 });
  expect(opened).toBeGreaterThanOrEqual(20);
  expect(ended).toBe(opened - 2);
  await world.keeper.close();
  expect(world.keeper.counts).toMatchObject({ ended: opened, endedByStatus: { '200': opened } });
});
