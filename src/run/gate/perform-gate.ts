import type { Environment, EnvironmentOptions } from '../../environment/environment.js';
import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { contractDiff } from '../../gate/contract-diff.js';
import { countedPairs, decisionOf } from '../../gate/gate-figures.js';
import type { JournalEntry } from '../../journal/journal-entry.js';
import type { GateBuild, PairBuild, PairEntry } from '../../journal/pair-entry.js';
import type { GateStart } from '../../journal/start-entry.js';
import { STREAM, uniformAt } from '../../load/random.js';
import type { FinishedRun } from '../finish-run.js';
import { RunSession } from '../run-session.js';
import type { BuildScenarios, GateParts, GateRequest, GateWatcher } from './gate-request.js';
import { OpenBuild } from './open-build.js';
import type { BlockPlan } from './pair-plan.js';
import { type PairOrder, pairOf, playAlone, playDuet } from './play-pair.js';

const BUILDS: readonly GateBuild[] = ['baseline', 'candidate'];
/** Errors of servers that the journal keeps of one build and pair. */
const SAMPLES = 3;
/** So many pairs with calls that are too slow for blocks by turns, and no more are tried. */
const SLOW_PAIRS = 2;

/**
 * A gate from its ready builds to its reports: pair after pair, looked at as its rule says, within its budget. A build that cannot be loaded for a
 * later pair ends it with a report of the pairs until then.
 * @throws PlimsollError: 2 and 8 for the folder; before the first pair 5 when the baseline cannot be loaded, 6 when the candidate cannot, 130 and 143
 * when stopped; 8 when the disk was full.
 */
export async function performGate(request: GateRequest, parts: GateParts, watcher: GateWatcher): Promise<FinishedRun> {
  const gate = new Gate(request, parts, watcher);
  const session = await RunSession.open(
    request,
    { ...parts, openEnvironment: (_, options) => gate.openFirst(options) },
    {
      onFolder: (folder) => watcher.onFolder?.(folder),
      onStep: (text) => watcher.onStep?.(text),
      onEntry: (entry) => {
        if (entry.type === 'note' && entry.level !== 'info') watcher.onNote?.(entry.level, entry.text);
      },
    },
  );
  try {
    await session.waitForQuiet();
    await session.record(async () => {
      await gate.play(session);
      return { endedS: session.nowS(), warnings: {} };
    });
  } finally {
    await session.close();
  }
  return session.finish();
}

/** The pairs of one gate. */
class Gate {
  readonly #request: GateRequest;
  readonly #parts: GateParts;
  readonly #watcher: GateWatcher;
  #mode: GateRequest['mode'];
  #options: EnvironmentOptions | undefined;
  #open: OpenBuild[] = [];
  #spawnedMs = 0;
  #startMs = 0;
  #left: readonly string[] = [];
  /** Pairs whose calls were too slow for blocks by turns. */
  #slowPairs = 0;
  /** Whether a server that runs already answers for a build in every pair. */
  #sameProcesses = false;
  readonly #tools = new Map<GateBuild, Environment['endpoints'][number]['tools']>();

  constructor(request: GateRequest, parts: GateParts, watcher: GateWatcher) {
    this.#request = request;
    this.#parts = parts;
    this.#watcher = watcher;
    this.#mode = request.mode;
  }

  /** Opens the builds of the first pair, so that what cannot be loaded is told before there is a journal. */
  async openFirst(options: EnvironmentOptions): Promise<Environment> {
    this.#options = options;
    const builds = this.#mode === 'duet' ? await this.#openBuilds(0) : await this.#openInTurn();
    const [first] = builds;
    if (first === undefined) throw new PlimsollError('a gate has no builds', 'internalError');
    const { environment } = first;
    return {
      endpoints: environment.endpoints,
      workers: environment.workers,
      notes: builds.flatMap(({ build, environment: { notes } }) =>
        notes.map((note) => ({ ...note, text: `${build}: ${note.text}` })),
      ),
      ...(environment.faults === undefined ? {} : { faults: environment.faults }),
      serverExited: new Promise<string>(() => {}),
      drive: () => {
        throw new PlimsollError('a gate drives its builds, not itself', 'internalError');
      },
      holdFaults: async () => {
        throw new PlimsollError('a gate holds faults at its builds, not at itself', 'internalError');
      },
      close: async () => {
        await this.#closeBuilds();
        return this.#left;
      },
    };
  }

  async play(session: RunSession): Promise<void> {
    const { settings, budgetMs } = this.#request;
    const startMs = this.#parts.nowMs();
    const startedAtMs = Date.now();
    const nowS = (): number => (this.#parts.nowMs() - startMs) / 1000;
    const start: GateStart = { ...settings, mode: this.#mode, sameProcesses: this.#sameProcesses, changes: this.#changes() };
    session.begin({ startedAtMs, nowS }, { timeline: [], gate: start });
    const pairs: PairEntry[] = [];
    const { looks } = settings.pairs;
    const last = looks.at(-1) ?? 0;
    const leftMs = (): number => budgetMs - (this.#parts.nowMs() - startMs);
    while (!session.ended.aborted) {
      const pair = await this.#playPair(pairs.length, session).catch((error: unknown) => {
        // Servers that were being started when the user asked for an end.
        if (session.ended.aborted) return undefined;
        // The pairs until then stay what they are: they are reported.
        if (!(error instanceof PlimsollError)) throw error;
        const { message, exitCode } = error;
        session.end({ reason: 'build-lost', text: `pair ${pairs.length + 1}: ${message}`, exitCode });
        return undefined;
      });
      if (pair === undefined) break;
      pairs.push(pair);
      session.write(pair);
      this.#watcher.onPair?.(pair);
      const counted = countedPairs(pairs).length;
      const longestMs = Math.max(...pairs.map(({ tookS }) => tookS * 1000));
      const next = looks.find((look) => look > counted);
      const canGoOn = next !== undefined && leftMs() >= (next - counted) * longestMs;
      if (looks.includes(counted) && pair.discarded === undefined) {
        const decision = decisionOf({ start, pairs }, canGoOn);
        this.#watcher.onLook?.(decision, counted);
        if (settings.self === undefined && decision.outcome !== 'more') break;
      }
      if (counted >= last || leftMs() < longestMs || this.#diedTooOften(pairs)) break;
    }
  }

  /** @returns undefined when it was ended */
  async #playPair(index: number, session: RunSession): Promise<PairEntry | undefined> {
    const order = this.#orderOf(index);
    if (this.#mode === 'duet') {
      if (this.#open.length < BUILDS.length) await this.#openBuilds(index);
      const played = await this.#duet(order, session);
      if (played !== 'too-slow') return played;
      this.#slowPairs += 1;
      // A machine that halted once is no slow server.
      if (this.#slowPairs >= SLOW_PAIRS) this.#mode = 'pairs';
      const text = `pair ${index + 1}: calls are too slow for blocks by turns (10 times the 99th percentile is over 4 s, or more than 1 % were not answered in the warm-up): the builds are measured one after the other ${this.#mode === 'pairs' ? 'from here on' : 'in this pair'}`;
      session.write({ type: 'note', t: session.nowS(), level: 'warning', code: 'gate-mode-pairs', text });
      await this.#closeBuilds();
    }
    return this.#oneByOne(order, session);
  }

  async #duet(order: PairOrder, session: RunSession): Promise<PairEntry | 'too-slow' | undefined> {
    const [baseline, candidate] = this.#open;
    if (baseline === undefined || candidate === undefined) return undefined;
    const played = await playDuet(order, { baseline, candidate }, this.#pairParts(session));
    if (typeof played === 'string') return played === 'too-slow' ? played : undefined;
    await this.#closeBuilds();
    const tookMs = this.#parts.nowMs() - this.#spawnedMs;
    // What is neither a server that starts, nor rest, warm-up or blocks, is ours.
    const ownMs = Math.max(0, tookMs - this.#startMs - played.madeMs);
    return { ...played.pair, tookS: tookMs / 1000, ownS: ownMs / 1000 };
  }

  async #oneByOne(order: PairOrder, session: RunSession): Promise<PairEntry | undefined> {
    const t = session.nowS();
    const startedMs = this.#parts.nowMs();
    const played = new Map<GateBuild, PairBuild>();
    let plan: BlockPlan | undefined;
    let notOursMs = 0;
    for (const build of sequenceOf(order)) {
      const open = this.#open.find((one) => one.build === build) ?? (await this.#openBuild(build, order.index));
      const own = await playAlone(order, open, this.#pairParts(session));
      await this.#closeBuilds();
      if (own === 'ended') return undefined;
      played.set(build, own.build);
      plan = own.plan;
      notOursMs += own.madeMs + 1000 * (open.startS ?? 0);
    }
    const [baseline, candidate] = BUILDS.map((build) => played.get(build));
    if (baseline === undefined || candidate === undefined || plan === undefined) return undefined;
    const tookMs = this.#parts.nowMs() - startedMs;
    return { ...pairOf(order, t, plan, baseline, candidate), tookS: tookMs / 1000, ownS: Math.max(0, tookMs - notOursMs) / 1000 };
  }

  #pairParts(session: RunSession): Parameters<typeof playDuet>[2] {
    const { nowMs, pause } = this.#parts;
    const kept = new Map<GateBuild, number>();
    const tell = (entry: JournalEntry, build: GateBuild): void => {
      if (entry.type === 'note') session.write({ ...entry, t: session.nowS(), text: `${build}: ${entry.text}` });
      if (entry.type !== 'sample' || entry.kind !== 'error') return;
      const count = (kept.get(build) ?? 0) + 1;
      kept.set(build, count);
      if (count <= SAMPLES) session.write({ ...entry, t: session.nowS(), segment: 0 });
    };
    return { nowMs, pause, ended: session.ended, nowS: session.nowS, tell };
  }

  /** Both builds of a pair, started at the same time where both may be up. */
  async #openBuilds(index: number): Promise<readonly OpenBuild[]> {
    const builds = this.#mode === 'duet' ? BUILDS : BUILDS.slice(0, 1);
    const scenarios = await this.#request.buildsFor(index);
    this.#spawnedMs = this.#parts.nowMs();
    const opened = await Promise.allSettled(builds.map((build) => this.#openOne(build, scenarios, index)));
    this.#startMs = this.#parts.nowMs() - this.#spawnedMs;
    this.#open = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failed = opened.find((one) => one.status === 'rejected');
    if (failed !== undefined) {
      await this.#closeBuilds();
      throw failed.reason;
    }
    return this.#open;
  }

  /** The builds that cannot be up together, each once; what stays open is the one that is played first. */
  async #openInTurn(): Promise<readonly OpenBuild[]> {
    const [first, second] = sequenceOf(this.#orderOf(0));
    const other = await this.#openBuild(second, 0);
    await this.#closeBuilds();
    return [await this.#openBuild(first, 0), other];
  }

  #orderOf(index: number): PairOrder {
    const { seed } = this.#request.loaded.scenario.load;
    const { phase, settings } = this.#request;
    const { pairs } = settings;
    const pairSeed = Math.floor(uniformAt(seed, STREAM.pairs, index) * 2 ** 31);
    return {
      index,
      seed: pairSeed,
      uniform: (at) => uniformAt(pairSeed, STREAM.pairs, at),
      phase,
      warmUpMs: pairs.warmUpMs,
      measureMs: pairs.measureMs,
      blockMs: pairs.blockMs,
      mode: this.#mode,
    };
  }

  async #openBuild(build: GateBuild, index: number): Promise<OpenBuild> {
    const open = await this.#openOne(build, await this.#request.buildsFor(index), index);
    this.#open = [open];
    return open;
  }

  async #openOne(build: GateBuild, scenarios: BuildScenarios, index: number): Promise<OpenBuild> {
    const options = this.#options as EnvironmentOptions;
    // What is opened again and again is told once.
    const told = index === 0 ? options : { ...options, onStep: () => {} };
    const scenario = scenarios[build];
    // Every tool was called before the first pair; the others are looked at.
    const checked = index === 0 ? scenario : { ...scenario, target: { ...scenario.target, preflight: 'schema' as const } };
    try {
      const open = await OpenBuild.open(build, checked, told, this.#parts.openEnvironment, this.#parts.nowMs);
      this.#tools.set(build, open.environment.endpoints[0]?.tools ?? []);
      if (scenario.target.server === undefined && scenario.target.transport !== 'stdio') this.#sameProcesses = true;
      try {
        await open.hold(this.#request.fault);
      } catch (error) {
        await open.close();
        throw error;
      }
      return open;
    } catch (error) {
      throw ofBuild(error, build);
    }
  }

  async #closeBuilds(): Promise<void> {
    const open = this.#open;
    this.#open = [];
    const left = await Promise.all(open.map((build) => build.close()));
    this.#left = [...this.#left, ...left.flat()];
  }

  #changes(): GateStart['changes'] {
    return contractDiff(this.#tools.get('baseline') ?? [], this.#tools.get('candidate') ?? []);
  }

  /** A build that ends in pair after pair will not be measured by more of them. */
  #diedTooOften(pairs: readonly PairEntry[]): boolean {
    return BUILDS.some((build) => pairs.filter((pair) => pair[build].died !== undefined).length >= 3);
  }
}

/** Which build is played first where they are played one after the other. */
const sequenceOf = ({ uniform }: PairOrder): readonly [GateBuild, GateBuild] =>
  uniform(0) < 0.5 ? ['baseline', 'candidate'] : ['candidate', 'baseline'];

/** The error with the build that it is about; what keeps the baseline from being loaded says nothing of the candidate. */
function ofBuild(error: unknown, build: GateBuild): unknown {
  if (!(error instanceof PlimsollError)) return error;
  const { hint } = error.details;
  const exitCode = build === 'baseline' && error.exitCode === EXIT.target ? EXIT.inconclusive : error.exitCode;
  return new PlimsollError(
    `the ${build} ${error.exitCode === EXIT.target ? 'cannot be loaded' : 'failed'}: ${error.message}`,
    exitCode,
    { cause: error, hint },
  );
}
