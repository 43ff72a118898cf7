import type { JournalEntry } from '../../journal/journal-entry.js';
import type { StartEntry } from '../../journal/start-entry.js';
import type { FaultFigures, FaultPhase } from '../../result/fault-figures.js';
import { compact } from '../../scenario/file/compact.js';
import { segmentOfSecond } from '../../scenario/plan/segment-lookup.js';
import { type Book, tallyOf } from '../books.js';
import { FaultTally } from '../fault-tally.js';
import { bystandersOf, outside } from './bystanders.js';
import { doubtfulFigures, isSecondInDoubt } from './fault-doubt.js';
import { type FaultWindows, faultWindows } from './fault-windows.js';
import { findingsOf } from './findings.js';
import { hungAfterMs, hungCalls } from './hung-calls.js';
import type { WindowSlo } from './inside-slo.js';
import { ProxyTally } from './proxy-tally.js';
import { ReadinessRecord } from './readiness-record.js';
import { detection, recoveryOf, windowLengthS } from './recovery.js';
import type { RunFacts } from './run-facts.js';
import { latencyLimitsOf, SecondRecord } from './second-record.js';
import { WastedWork } from './wasted-work.js';

/** Collects what the resilience figures are made of, and makes them. Costs nothing where the scenario plans no fault. */
export class ResilienceTally {
  readonly #start: StartEntry;
  readonly #slo: WindowSlo;
  readonly #faults: FaultTally;
  readonly #record: SecondRecord;
  readonly #proxies = new ProxyTally();
  readonly #readiness = new ReadinessRecord();
  readonly #wasted = new WastedWork();
  /** Largest reading of each series that counts calls waiting for a connection, by second. */
  readonly #waiting: { readonly t: number; readonly name: string; readonly value: number }[] = [];
  readonly #active: boolean;

  constructor(start: StartEntry) {
    const { success } = start.slo;
    this.#start = start;
    this.#slo = { ...(success === undefined ? {} : { success }), limits: latencyLimitsOf(start.slo) };
    this.#record = new SecondRecord(this.#slo.limits);
    this.#faults = new FaultTally(start);
    this.#active = this.#faults.planned.length > 0;
  }

  add(entry: JournalEntry): void {
    if (entry.type === 'fault') this.#faults.add(entry);
    if (!this.#active) return;
    if (entry.type === 'second') {
      this.#record.add(entry);
      this.#wasted.addSecond(entry);
    } else if (entry.type === 'proxy') this.#proxies.add(entry);
    else if (entry.type === 'health') this.#readiness.add(entry);
    else if (entry.type === 'metrics') {
      this.#wasted.addMetrics(entry);
      for (const [name, value] of Object.entries(entry.values)) {
        if (/pool.*(wait|pending)/i.test(name)) this.#waiting.push({ t: entry.t, name, value });
      }
    }
  }

  /** One for each fault of the plan and each that the agent spoke of, in the order of the scenario. */
  figures(run: RunFacts): readonly FaultFigures[] {
    return this.#faults.figures().map((carried) => {
      const held = this.#start.capacity !== undefined;
      const windows = held ? undefined : faultWindows(this.#start.timeline, carried.fault);
      const measured = windows === undefined || carried.startS === undefined ? {} : this.#measure(carried, windows, run);
      const figures = { ...carried, ...measured };
      const { timeoutMs, slo } = this.#start;
      return {
        ...figures,
        findings: findingsOf(figures, {
          timeoutMs,
          slo: this.#slo,
          ...(held ? { held } : {}),
          ...processesOf(this.#start.scenario),
          ...(slo.p95Ms === undefined ? {} : { p95LimitMs: slo.p95Ms }),
          waiting: this.#largestWaiting(carried.startS, carried.removedAtS),
          ...(run.end?.reason === 'server-exited' ? { serverExitedS: run.loadEndedS } : {}),
        }),
      };
    });
  }

  #measure(carried: Omit<FaultFigures, 'findings'>, windows: FaultWindows, run: RunFacts): Partial<FaultFigures> {
    const { timeline, timeoutMs, slo, scenario } = this.#start;
    const startS = carried.startS as number;
    const { removedAtS } = carried;
    const loadEndS = Math.min(run.loadEndedS, Math.max(0, ...timeline.map(({ endS }) => endS)));
    const users = usersOf(scenario, carried.dependency);
    const books = (ids: readonly { readonly id: number }[], which: 'users' | 'others' | 'all'): readonly Book[] => {
      const wanted = new Set(ids.map(({ id }) => id));
      const isUser = (tool: string): boolean => users === undefined || users.includes(tool);
      return run.books.filter(
        ({ cell }) => wanted.has(cell.segment) && (which === 'all' || isUser(cell.tool) === (which === 'users')),
      );
    };
    const phaseOf = (segments: FaultWindows['during']): FaultPhase | undefined => {
      const tally = tallyOf(books(segments, 'users'));
      if (tally.count('offered') === 0) return undefined;
      const seconds = segments.reduce((sum, s) => sum + Math.max(0, Math.min(s.endS, loadEndS) - s.startS), 0);
      return {
        segments: [...new Set(segments.map(({ name }) => name))],
        seconds,
        ...tally.figures(seconds > 0 ? seconds : undefined, run.evidenceOf(books(segments, 'users'))),
      };
    };
    const before = phaseOf(windows.before);
    const during = phaseOf(windows.during);
    const after = phaseOf(windows.after);
    const beforeTally = tallyOf(books(windows.before, 'all'));
    const healthyBefore = beforeTally.count('offered') === 0 || outside(beforeTally, this.#slo) === undefined;
    const endS = removedAtS ?? Math.min(windows.plannedEndS, loadEndS);
    const nextStartS = Math.min(
      ...this.#faults.figures().flatMap((other) => (other.startS !== undefined && other.startS >= endS ? [other.startS] : [])),
      windows.nextFaultAtS ?? Number.POSITIVE_INFINITY,
    );
    const watchedUntilS = Math.min(loadEndS, nextStartS);
    const windowS = windowLengthS(this.#record.window(Math.floor(startS), Math.ceil(endS)).offered / Math.max(1, endS - startS));
    // An effect that shows only once the fault is over (calls held, then failed) is an effect of it.
    const detected = healthyBefore
      ? detection(this.#record, this.#slo, startS, Math.min(watchedUntilS, endS + windowS))
      : undefined;
    const other = this.#faults
      .figures()
      .find((f) => f.fault !== carried.fault && f.startS !== undefined && f.startS < endS && (f.removedAtS ?? Infinity) > endS);
    const isInDoubt = (second: number): boolean =>
      isSecondInDoubt(run, this.#record, this.#slo, second, segmentOfSecond(timeline, second));
    const hasLimits = this.#slo.success !== undefined || this.#slo.limits.length > 0;
    const drainAtMostS = this.#drain(startS, endS, watchedUntilS, windowS, timeline);
    const recovery =
      !hasLimits || !healthyBefore
        ? undefined
        : {
            ...recoveryOf(
              this.#record,
              this.#slo,
              {
                startS,
                ...(removedAtS === undefined ? {} : { removedAtS }),
                watchedUntilS,
                watchEnd: nextStartS < loadEndS ? 'the next fault began' : 'the load ended',
                ...(other === undefined ? {} : { otherFault: `${other.recipe} on ${other.dependency}` }),
                isInDoubt,
              },
              windowS,
              detected !== undefined,
            ),
            ...(drainAtMostS === undefined ? {} : { drainAtMostS }),
          };
    const duringBooks = books([...windows.during, ...windows.edge], 'users');
    const hung = hungCalls(tallyOf(duringBooks), hungAfterMs(slo.p95Ms ?? slo.p99Ms, timeoutMs));
    const spanOf = (fromS: number, toS: number, calls: number) => ({ fromS, toS, calls });
    const beforeSegment = windows.before[0];
    const proxy = this.#proxies.use(
      carried.dependency,
      before === undefined || beforeSegment === undefined
        ? undefined
        : spanOf(beforeSegment.startS, beforeSegment.endS, before.counts.started),
      spanOf(startS, endS, during?.counts.started ?? 0),
    );
    const readiness = this.#readiness.reaction(startS, endS, watchedUntilS);
    const wastedCalls = this.#wasted.between(startS, nextStartS);
    const bystanders =
      users === undefined ? [] : bystandersOf(books(windows.before, 'others'), books(windows.during, 'others'), this.#slo);
    const beforeInFlight = this.#meanInFlight(windows.before);
    const inDoubt = doubtfulFigures(
      {
        before: books(windows.before, 'all'),
        during: books(windows.during, 'users'),
        others: users === undefined ? [] : books(windows.during, 'others'),
        segments: windows.during,
        // It is told at the end of its second.
        detectInDoubt: detected !== undefined && isInDoubt(Math.ceil(startS + detected.detectS) - 1),
        recoveryInDoubt: recovery?.inDoubt === true,
      },
      slo,
      run,
    );
    return {
      plannedAtS: windows.plannedAtS,
      plannedForS: Number((windows.plannedEndS - windows.plannedAtS).toFixed(3)),
      tools: users ?? [...new Set(duringBooks.map(({ cell }) => cell.tool))],
      ...compact({ before, during, after }),
      ...(detected === undefined ? {} : detected),
      ...(recovery === undefined ? {} : { recovery }),
      ...(inDoubt.length === 0 ? {} : { inDoubt }),
      ...(recovery?.recoverS === undefined ? {} : { recoverS: recovery.recoverS }),
      ...(hung === undefined ? {} : { hung }),
      inFlight: {
        ...(beforeInFlight === undefined ? {} : { before: beforeInFlight }),
        duringMax: Number(this.#record.window(Math.floor(startS), Math.ceil(endS)).inFlight.toFixed(1)),
      },
      ...(proxy === undefined ? {} : { proxy }),
      ...(bystanders.length === 0 ? {} : { bystanders }),
      ...(readiness === undefined ? {} : { readiness }),
      ...(hasRetry(scenario) && during !== undefined ? { hiddenByClient: during.counts.retries } : {}),
      ...(wastedCalls === undefined ? {} : { wastedCalls }),
    };
  }

  /**
   * The longest time that the backlog explains: T x (load - degraded) / (capacity - load) calls over spare capacity (queueing theory for
   * a fluid queue), and never more calls than were in flight when the fault ended, since a client gives up waiting ones.
   */
  #drain(
    startS: number,
    endS: number,
    watchedUntilS: number,
    windowS: number,
    timeline: StartEntry['timeline'],
  ): number | undefined {
    const during = this.#record.window(Math.ceil(startS), Math.floor(endS));
    const seconds = Math.floor(endS) - Math.ceil(startS);
    const after = this.#record.window(Math.ceil(endS), Math.floor(watchedUntilS));
    const afterSeconds = Math.floor(watchedUntilS) - Math.ceil(endS);
    if (seconds < 1 || afterSeconds < 1) return undefined;
    let best = 0;
    for (const { kind, startS: fromS, endS: toS } of timeline) {
      if (kind === 'fault' || kind === 'edge') continue;
      for (let t = Math.ceil(fromS); t + windowS <= toS; t++) {
        best = Math.max(best, this.#record.window(t, t + windowS).ok / windowS);
      }
    }
    const offered = after.offered / afterSeconds;
    const spare = best - offered;
    // A spare within the noise of the arrivals is none.
    if (spare < 0.1 * offered) return undefined;
    const backlog = Math.min(Math.max(0, during.offered - during.ok), this.#record.at(Math.floor(endS)).inFlight);
    return Number((backlog / spare).toFixed(1));
  }

  #meanInFlight(segments: FaultWindows['before']): number | undefined {
    const [segment] = segments;
    if (segment === undefined) return undefined;
    const values: number[] = [];
    for (let t = Math.ceil(segment.startS); t + 1 <= segment.endS; t++) values.push(this.#record.at(t).inFlight);
    return values.length === 0 ? undefined : Number((values.reduce((a, b) => a + b, 0) / values.length).toFixed(1));
  }

  #largestWaiting(startS = 0, endS = Number.POSITIVE_INFINITY): { readonly name: string; readonly value: number } | undefined {
    return this.#waiting
      .filter(({ t }) => t >= startS && t <= endS + 1)
      .reduce<{ name: string; value: number } | undefined>(
        (most, { name, value }) => (most === undefined || value > most.value ? { name, value } : most),
        undefined,
      );
  }
}

/** Sessions that a scenario has which names no count. */
const DEFAULT_SESSIONS = 10;

/** Tools that use a dependency, as the scenario lists them; undefined when it does not say. */
function usersOf({ dependencies }: StartEntry['scenario'], name: string): readonly string[] | undefined {
  const entry = (dependencies as Record<string, { readonly tools?: unknown }> | undefined)?.[name];
  return Array.isArray(entry?.tools) && entry.tools.length > 0 ? entry.tools.map(String) : undefined;
}

/** How many processes a stdio target has: one for each session. */
function processesOf({ target, sessions }: StartEntry['scenario']): { readonly processes?: number } {
  if ((target as { readonly transport?: unknown } | undefined)?.transport !== 'stdio') return {};
  const count = Number((sessions as { readonly count?: unknown } | undefined)?.count ?? DEFAULT_SESSIONS);
  return Number.isInteger(count) && count > 0 ? { processes: count } : {};
}

function hasRetry({ load }: StartEntry['scenario']): boolean {
  const retry = (load as { readonly retry?: unknown } | undefined)?.retry;
  return retry !== undefined && retry !== 'none';
}
