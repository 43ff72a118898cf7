import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Environment, EnvironmentDrive } from '../../../src/environment/environment.js';
import { EXIT } from '../../../src/errors/exit-codes.js';
import { PlimsollError } from '../../../src/errors/plimsoll-error.js';
import { IntervalRecorder } from '../../../src/journal/interval-recorder.js';
import type { JournalEntry } from '../../../src/journal/journal-entry.js';
import type { GateBuild, PairEntry } from '../../../src/journal/pair-entry.js';
import { NO_SESSIONS } from '../../../src/journal/session-counts.js';
import type { FinishedRun } from '../../../src/run/finish-run.js';
import { gateOrder } from '../../../src/run/gate/gate-order.js';
import type { GateParts, GateRequest } from '../../../src/run/gate/gate-request.js';
import { blockOf } from '../../../src/run/gate/pair-plan.js';
import { performGate } from '../../../src/run/gate/perform-gate.js';
import { sessionParts } from '../../../src/run/run-parts.js';
import { gateSettings } from '../../../src/scenario/resolve/resolve.js';
import type { Scenario } from '../../../src/scenario/scenario.js';
import { scratchFolder } from '../../fixtures/scratch-folder.js';
import { minimal, parse } from '../../scenario/minimal.js';

const CALLS_A_BLOCK = 20;

/** How one build behaves in one pair. */
interface Behaviour {
  readonly latencyUs?: number;
  /** Calls of a block that the generator gives up. */
  readonly givenUp?: number;
  /** Ends by itself in that drive of the pair: 0 is the warm-up, 1 are the blocks. */
  readonly dies?: 0 | 1;
  readonly refuses?: boolean;
}

interface Played {
  readonly entries: readonly JournalEntry[];
  readonly pairs: readonly PairEntry[];
  /** Where reports were asked for. */
  readonly finished: FinishedRun | undefined;
  /** What happened to servers, in order. */
  readonly log: readonly string[];
  readonly error: unknown;
  readonly looks: readonly string[];
  readonly clockMs: number;
}

/** Plays a gate on a virtual clock, with servers that behave as they are told. */
async function play(
  gate: string,
  behaviourOf: (build: GateBuild, opened: number, pairsPlayed: number) => Behaviour,
  change: {
    readonly stopInPair?: number;
    readonly stopInStart?: number;
    readonly shared?: string;
    readonly self?: boolean;
    /** Writes the journal and the reports, too. */
    readonly reports?: boolean;
  } = {},
): Promise<Played> {
  const loaded = parse(
    minimal({
      gate,
      target: '{ url: "http://127.0.0.1:1/mcp", server: { command: [node, server.js] } }',
      load: '{ phases: [{ name: a, rate: 20/s, for: 10s }] }',
    }),
    { files: { read: () => '', exists: () => true } },
  );
  const { scenario } = loaded;
  const settings = scenario.gate ?? gateSettings(undefined, (path) => path);
  const { shared, self = false } = change;
  const order = gateOrder(scenario, settings, { self, shared });
  const clock = { ms: 0 };
  const log: string[] = [];
  const entries: JournalEntry[] = [];
  const looks: string[] = [];
  const stop = new AbortController();
  const opened: Record<GateBuild, number> = { baseline: 0, candidate: 0 };
  const scenarios: Readonly<Record<GateBuild, Scenario>> = {
    baseline: { ...scenario, name: 'baseline' },
    candidate: { ...scenario, name: 'candidate' },
  };
  const openEnvironment = async (own: Scenario): Promise<Environment> => {
    const build = own.name as GateBuild;
    const at = opened[build]++;
    const behaviour = behaviourOf(build, at, entries.filter(({ type }) => type === 'pair').length);
    if (change.stopInStart === at) {
      stop.abort('interrupted');
      throw new PlimsollError('stopped before the load started', EXIT.interrupted);
    }
    log.push(`${build} opened`);
    if (behaviour.refuses === true) throw new PlimsollError('connection refused', EXIT.target);
    clock.ms += 100;
    let exited: (text: string) => void = () => {};
    const serverExited = new Promise<string>((resolve) => {
      exited = resolve;
    });
    let drives = 0;
    const drive: Environment['drive'] = (_scenario, timeline, onEntry): EnvironmentDrive => {
      const part = drives++;
      const startMs = clock.ms;
      const endS = timeline.at(-1)?.endS ?? 0;
      const ended = (async () => {
        await Promise.resolve();
        for (const { id } of timeline) {
          if (blockOf(id) === undefined) continue;
          const response = new IntervalRecorder();
          for (let call = 0; call < CALLS_A_BLOCK; call++) response.record(behaviour.latencyUs ?? 1000);
          onEntry({ type: 'cell', id, tool: 'echo', endpoint: 'e', segment: id });
          const givenUp = behaviour.givenUp ?? 0;
          onEntry({
            type: 'second',
            t: id,
            worker: 0,
            cells: [
              {
                cell: id,
                offered: CALLS_A_BLOCK + givenUp,
                started: CALLS_A_BLOCK,
                ok: CALLS_A_BLOCK,
                droppedByGenerator: givenUp,
                response: response.take(),
              },
            ],
          } as never);
        }
        if (behaviour.dies === part) exited('the server under test ended (exit code 3)');
        await Promise.resolve();
        clock.ms = Math.max(clock.ms, startMs + endS * 1000);
        if (change.stopInPair === at && part === 1) stop.abort('interrupted');
        await Promise.resolve();
        return {
          reason: 'completed' as const,
          endedS: endS,
          counters: { connectionsOpened: 0, connectionsReused: 0, sessions: NO_SESSIONS, warnings: {} },
        };
      })();
      return { startedAtMs: 0, nowS: () => 0, ended, stop: () => {} };
    };
    return {
      endpoints: [],
      workers: 1,
      notes: [],
      holdFaults: () => Promise.reject(new Error('no faults here')),
      serverExited,
      drive,
      close: async () => {
        log.push(`${build} closed`);
        return [];
      },
    };
  };
  const request: GateRequest = {
    ...order,
    loaded,
    version: '9.9.9',
    labels: {},
    out: join(scratchFolder('gate'), 'run'),
    toxiproxy: 'embedded',
    stop: stop.signal,
    settings: { ...order.settings, baseline: 'old', candidate: 'new' },
    buildsFor: async () => scenarios,
  };
  const parts: GateParts = {
    openEnvironment,
    openJournal: (path, redactor) => {
      const file = change.reports === true ? sessionParts.openJournal(path, redactor) : undefined;
      const write = (entry: JournalEntry): void => {
        entries.push(entry);
        file?.write(entry);
      };
      return { write, failed: new Promise(() => {}), close: async () => file?.close() };
    },
    watchQuiet: () => {
      throw new Error('nobody asked for quiet');
    },
    finish: async (folder) => (change.reports === true ? sessionParts.finish(folder) : ({ folder, exitCode: 0 } as FinishedRun)),
    nowMs: () => clock.ms,
    pause: async (ms) => {
      clock.ms += ms;
    },
  };
  let finished: FinishedRun | undefined;
  const error = await performGate(request, parts, { onLook: ({ outcome }, pairs) => looks.push(`${pairs} ${outcome}`) }).then(
    (run) => {
      finished = run;
    },
    (failure: unknown) => failure,
  );
  const pairs = entries.filter((entry) => entry.type === 'pair');
  return { entries, pairs, log, error, looks, clockMs: clock.ms, finished };
}

const GATE = '{ metrics: [p95], pairs: { warmUp: 2s, measure: 10s, looks: [3, 4, 5] }, budget: 10m }';
/** Latencies that vary a little from pair to pair. */
const around = (latencyUs: number, pair: number): number => Math.round(latencyUs * (1 + 0.01 * (pair % 3)));

describe('performGate', () => {
  it('starts both builds afresh for each pair, and ends at the first look that decides', async () => {
    const { pairs, looks, log, entries } = await play(GATE, (build, pair) => ({
      latencyUs: around(10_000, build === 'baseline' ? pair : pair + 1),
    }));
    expect(looks).toEqual(['3 pass']);
    expect(pairs).toHaveLength(3);
    expect(log.filter((line) => line === 'candidate opened')).toHaveLength(3);
    expect(log.filter((line) => line.endsWith('closed'))).toHaveLength(6);
    expect(new Set(pairs.map(({ seed }) => seed)).size).toBe(3);
    expect(pairs[0]).toMatchObject({ blockMs: 1000, edgeMs: 50, baseline: { scheduled: 100, calls: 100 } });
    expect(entries.at(-1)).toMatchObject({ type: 'end', reason: 'completed' });
  });

  it('plays one more look to confirm an alarm', async () => {
    const { looks } = await play(GATE, (build, pair) => ({ latencyUs: around(build === 'baseline' ? 10_000 : 14_000, pair) }));
    expect(looks).toEqual(['3 more', '4 worse']);
  });

  it('makes another pair for one that the generator could not play', async () => {
    const { pairs, looks } = await play(GATE, (build, pair) => ({
      latencyUs: around(10_000, pair),
      givenUp: build === 'candidate' && pair === 1 ? 2 : 0,
    }));
    expect(pairs).toHaveLength(4);
    expect(pairs.map(({ discarded }) => discarded)).toEqual([
      undefined,
      'only 100 of 110 calls of the candidate could be started in time',
      undefined,
      undefined,
    ]);
    expect(looks).toEqual(['3 pass']);
  });

  it('makes no pair that its budget does not hold, and asks for no look that it cannot reach', async () => {
    const noisy = (build: GateBuild, pair: number): Behaviour => ({
      latencyUs: build === 'baseline' ? 10_000 : 7000 + 6000 * (pair % 2),
    });
    const short = await play(GATE.replace('10m', '52s'), noisy);
    const long = await play(GATE, noisy);
    expect(long.looks).toEqual(['3 more', '4 more', '5 inconclusive']);
    // 51 s are needed for three pairs by plan; each takes 12.2 s by this clock.
    expect(short.pairs.length).toBeLessThan(5);
    expect(short.looks.at(-1)).toBe('4 inconclusive');
    expect(short.clockMs).toBeLessThanOrEqual(52_000);
  });

  it('goes over to one build after the other when calls are too slow for blocks by turns', async () => {
    const { pairs, entries, log } = await play(GATE, () => ({ latencyUs: 500_000 }));
    expect(entries).toContainEqual(expect.objectContaining({ type: 'note', code: 'gate-mode-pairs', level: 'warning' }));
    expect(pairs[0]).toMatchObject({ edgeMs: 50, baseline: { scheduled: 100 }, candidate: { scheduled: 100 } });
    // Two attempts by turns, each with its pair after it; from then on there is never more than one server up.
    const after = log.slice(12);
    expect(log.slice(0, 4).filter((line) => line.endsWith('opened'))).toHaveLength(2);
    expect(after.length).toBeGreaterThanOrEqual(4);
    for (const [at, line] of after.entries())
      expect(line.endsWith(at % 2 === 0 ? 'opened' : 'closed'), `${at} ${line}`).toBe(true);
  });

  it('takes one pair with slow calls for a halt of the machine, and goes on by turns', async () => {
    // Each build is opened by turns, then alone for the same pair: the second opening of either belongs to the first pair too.
    const { pairs, entries, log } = await play(GATE, (_, opened) => ({ latencyUs: opened < 2 ? 500_000 : 10_000 }));
    const notes = entries.filter((entry) => entry.type === 'note' && entry.code === 'gate-mode-pairs');
    expect(notes).toEqual([expect.objectContaining({ text: expect.stringMatching(/^pair 1: .* in this pair$/) })]);
    expect(pairs).toHaveLength(3);
    const second = log.slice(8, 12);
    expect(second.slice(0, 2).every((line) => line.endsWith('opened'))).toBe(true);
  });

  it('never has both builds up that listen on one port', async () => {
    const { pairs, log, entries } = await play(GATE, (_, pair) => ({ latencyUs: around(10_000, pair) }), {
      shared: '127.0.0.1:3911',
    });
    expect(pairs.length).toBeGreaterThanOrEqual(3);
    expect(entries[0]).toMatchObject({ type: 'start', gate: { mode: 'pairs' } });
    for (const [at, line] of log.entries()) expect(line.endsWith(at % 2 === 0 ? 'opened' : 'closed'), `${at} ${line}`).toBe(true);
  });

  it('keeps the pairs in which a build exited, and gives up after three of them', async () => {
    const inBlocks = await play(GATE, (build) => (build === 'candidate' ? { dies: 1 } : {}));
    expect(inBlocks.pairs).toHaveLength(3);
    expect(inBlocks.pairs[0]?.candidate.died).toBe('the server under test ended (exit code 3)');
    expect(inBlocks.pairs[0]?.discarded).toBeUndefined();
    const inWarmUp = await play(GATE, (build) => (build === 'candidate' ? { dies: 0 } : {}));
    expect(inWarmUp.pairs).toHaveLength(3);
    expect(inWarmUp.pairs[0]).toMatchObject({
      discarded: 'the candidate exited in the warm-up',
      candidate: { blocks: [] },
    });
    expect(inWarmUp.looks).toEqual([]);
  });

  it.each([
    ['baseline', EXIT.inconclusive],
    ['candidate', EXIT.target],
  ] as const)('says that the %s cannot be loaded, and closes the other', async (broken, exitCode) => {
    const { error, log } = await play(GATE, (build) => ({ refuses: build === broken }));
    expect(error).toMatchObject({ exitCode, message: `the ${broken} cannot be loaded: connection refused` });
    expect(log.filter((line) => line.endsWith('closed'))).toEqual([`${broken === 'baseline' ? 'candidate' : 'baseline'} closed`]);
  });

  it.each([
    ['baseline', EXIT.inconclusive, 'inconclusive', undefined],
    ['candidate', EXIT.target, 'fail', undefined],
    ['baseline', EXIT.inconclusive, 'inconclusive', '127.0.0.1:3911'],
    ['candidate', EXIT.target, 'fail', '127.0.0.1:3911'],
  ] as const)(
    'reports the pairs until the one in which the %s does not start any more: exit %i',
    async (broken, exitCode, outcome, shared) => {
      const { pairs, log, error, entries, finished } = await play(
        GATE,
        (build, at, played) => ({ latencyUs: around(10_000, at), refuses: build === broken && played === 2 }),
        { reports: true, ...(shared === undefined ? {} : { shared }) },
      );
      expect(error).toBeUndefined();
      expect(pairs).toHaveLength(2);
      const text = `pair 3: the ${broken} cannot be loaded: connection refused`;
      expect(entries.at(-1)).toMatchObject({ type: 'end', reason: 'build-lost', text, exitCode });
      expect(entries).toContainEqual(expect.objectContaining({ type: 'note', level: 'error', code: 'build-lost', text }));
      // What was opened is closed, but for the one that refused.
      const count = (what: string): number => log.filter((line) => line.endsWith(what)).length;
      expect(count('closed')).toBe(count('opened') - 1);
      if (finished === undefined) throw new Error('no reports');
      expect(finished.exitCode).toBe(exitCode);
      const { verdict, gate, run } = finished.result;
      expect(verdict).toMatchObject({ outcome, exitCode, summary: `${text} (reported: 2 pairs before it)` });
      expect(run.end).toBe('build-lost');
      expect(gate?.pairs).toHaveLength(2);
      const { result, html, summary, junit } = finished.folder;
      for (const path of [result, html, summary, junit])
        expect(readFileSync(path, 'utf8'), path).toContain(`the ${broken} cannot be loaded`);
    },
  );

  it("stays with an error that is nobody's fault but its own", async () => {
    const { error, pairs, log, entries } = await play(GATE, (_, at) => {
      if (at === 1) throw new TypeError('a bug');
      return {};
    });
    expect(error).toMatchObject({ message: 'a bug' });
    expect(pairs).toHaveLength(1);
    expect(entries.at(-1)).toMatchObject({ type: 'end', reason: 'failed' });
    expect(log.filter((line) => line.endsWith('opened'))).toHaveLength(2);
    expect(log.filter((line) => line.endsWith('closed'))).toHaveLength(2);
  });

  it('keeps what was measured when it is stopped while the servers of the next pair start', async () => {
    const { pairs, entries, log, error, finished } = await play(GATE, (_, pair) => ({ latencyUs: around(10_000, pair) }), {
      stopInStart: 2,
      reports: true,
    });
    expect(error).toBeUndefined();
    expect(pairs).toHaveLength(2);
    expect(entries.at(-1)).toMatchObject({ type: 'end', reason: 'interrupted' });
    expect(log.filter((line) => line.endsWith('closed'))).toHaveLength(log.filter((line) => line.endsWith('opened')).length);
    expect(finished).toMatchObject({ exitCode: EXIT.interrupted, result: { gate: { pairs: [{ index: 1 }, { index: 2 }] } } });
    expect(existsSync(finished?.folder.html ?? '')).toBe(true);
  });

  it('keeps what was measured when it is stopped in a pair', async () => {
    const { pairs, entries, log, error } = await play(GATE, (_, pair) => ({ latencyUs: around(10_000, pair) }), {
      stopInPair: 1,
    });
    expect(error).toBeUndefined();
    expect(pairs).toHaveLength(1);
    expect(entries.at(-1)).toMatchObject({ type: 'end', reason: 'interrupted' });
    expect(log.filter((line) => line.endsWith('closed'))).toHaveLength(4);
  });

  it('compares a build with itself to the last pair, whatever a look would decide', async () => {
    const { looks, entries } = await play(GATE, (_, pair) => ({ latencyUs: around(10_000, pair) }), { self: true });
    expect(looks).toEqual(['5 pass']);
    expect(entries[0]).toMatchObject({ gate: { self: true, pairs: { looks: [5] } } });
  });
});

describe('gateOrder', () => {
  const orderOf = (gate: string, options: { readonly self?: boolean; readonly shared?: string } = {}) => {
    const { scenario } = parse(minimal({ gate }));
    return gateOrder(scenario, scenario.gate ?? gateSettings(undefined, (path) => path), { self: false, ...options });
  };

  it('refuses a budget that does not reach the first look, and says what it takes', () => {
    // 5 pairs of 5 s, 30 s and 5 s around them.
    expect(() => orderOf('{ budget: 3m }')).toThrow('gate.budget: found 3:00, accepted: at least 3:20, for 5 pairs');
    expect(orderOf('{ budget: 200s }').mode).toBe('duet');
    expect(() => orderOf('{ budget: 3m }', { self: true })).toThrow('at least 8:00, for 12 pairs of a self-check');
  });

  it('takes more time for builds that share a port', () => {
    expect(() => orderOf('{ budget: 200s }', { shared: '127.0.0.1:3911' })).toThrow('at least 4:10, for 5 pairs');
    expect(orderOf('{ budget: 250s }', { shared: '127.0.0.1:3911' }).mode).toBe('pairs');
  });
});
