import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { writeHdrLog } from '../journal/hdr-log.js';
import type { EndEntry, JournalEntry } from '../journal/journal-entry.js';
import { readJournal } from '../journal/journal-reader.js';
import type { CapacityStart } from '../journal/start-entry.js';
import type { Figures } from '../result/call-figures.js';
import type { GroupFigures, PhaseFigures, SegmentValidity } from '../result/phase-figures.js';
import type { Segment, SegmentKind } from '../scenario/plan/segment.js';
import { isJudged } from '../scenario/plan/segment-lookup.js';
import type { Analysis, CapacitySearch, GatePairs } from './analysis.js';
import { type Book, tallyOf } from './books.js';
import type { CallShifts } from './call-shifts.js';
import { fairnessOf } from './fairness.js';
import { Ledger } from './ledger.js';
import { causesByPhase, causesOfNoise, distinctCauses, type MachineCause } from './machine-cause.js';
import { Disturbance } from './noise/disturbance.js';
import { missInDoubt } from './phase-doubt.js';
import { plannedLoad } from './planned-load.js';
import { RunCalls } from './run-calls.js';
import { smallestLatencyLimitUs } from './smallest-limit.js';
import { spectrumOf } from './spectrum.js';

/**
 * Everything that a report shows, from the journal of a run alone.
 * @param options.hdrLog also writes the HdrHistogram interval log to this path, in the same reading
 * @throws PlimsollError (exit code 2) when the journal cannot be read; what the file system says when the log cannot be written.
 */
export function analyseJournal(path: string, options: { readonly hdrLog?: string } = {}): Analysis {
  const entries = readJournal(path);
  return analyse(options.hdrLog === undefined ? entries : writeHdrLog(options.hdrLog, entries), path);
}

/**
 * Derives all figures from the entries of a journal, which may come in any order but for the first. Pure.
 * @param name what an error calls the journal
 * @throws PlimsollError (exit code 2) when it has no start, or an entry that no run can have written.
 */
export function analyse(entries: Iterable<JournalEntry>, name = 'the journal'): Analysis {
  let ledger: Ledger | undefined;
  let count = 0;
  for (const entry of entries) {
    count++;
    try {
      if (ledger !== undefined) ledger.add(entry);
      else if (entry.type === 'start') ledger = new Ledger(entry);
    } catch (cause) {
      throw new PlimsollError(`entry ${count} of ${name} cannot be right: ${(cause as Error).message}`, 'usage', {
        hint: 'was the file edited, or written by another version?',
        cause,
      });
    }
    if (ledger === undefined) throw new PlimsollError('a journal begins with a start entry', 'usage');
  }
  if (ledger === undefined) throw new PlimsollError('the journal is empty: no run was ever written to it', 'usage');
  return analysisOf(ledger);
}

function analysisOf(ledger: Ledger): Analysis {
  const { start, timeline } = ledger;
  const endedS = ledger.loadEndedS;
  const limitUs = smallestLatencyLimitUs(start.slo);
  const planned = plannedLoad(start);
  const noise = new Disturbance(
    ledger.noise,
    timeline.flatMap(({ id, kind, phase, startS, endS }) => {
      if (kind === 'edge') return [];
      const users = planned.usersOf(phase);
      return [
        {
          id,
          startS,
          endS: Math.max(startS, Math.min(endS, endedS)),
          maxInFlight: planned.maxInFlight,
          ratePerS: highestRate(ledger.dueIn, startS, endS),
          ...(users === undefined ? {} : { users }),
        },
      ];
    }),
  );
  const calls = new RunCalls({
    books: ledger.books,
    timeline,
    noise,
    timeoutMs: start.timeoutMs,
    dueIn: ledger.dueIn,
    neverLeft: ledger.neverLeft,
    loadEndedS: endedS,
  });
  const secondsOf = (segments: readonly Segment[]): number =>
    segments.reduce(
      (sum, { kind, startS, endS }) => sum + (kind === 'edge' ? 0 : Math.max(0, Math.min(endS, endedS) - startS)),
      0,
    );
  const figuresOf = (books: readonly Book[], segments: readonly Segment[]): Figures => {
    const seconds = secondsOf(segments);
    return tallyOf(books).figures(seconds > 0 ? seconds : undefined, ledger.evidenceOf(books));
  };
  const byTenant = (books: readonly Book[]): readonly (readonly [string, Book[]])[] =>
    [...groupBy(books, ({ cell }) => cell.tenant)].flatMap(([tenant, own]) =>
      tenant === undefined ? [] : [[tenant, own] as const],
    );
  const byTool = (books: readonly Book[]): Map<string, Book[]> => groupBy(books, ({ cell }) => cell.tool);

  const counted = timeline.filter(({ kind }) => kind !== 'warm-up');
  const isCounted = new Set(counted.map(({ id }) => id));
  const totalBooks = ledger.books.filter(({ cell }) => isCounted.has(cell.segment));
  const totals = figuresOf(totalBooks, counted);

  const causesOf = new Map<number, readonly MachineCause[]>();
  const validityOf = (segment: Segment, books: readonly Book[], droppedByGenerator: number): SegmentValidity => {
    const { id, kind, phase } = segment;
    const machine = ledger.validityOf(id);
    const told = kind === 'edge' ? undefined : noise.stretch(id);
    const causes = distinctCauses([
      ...machine.causes(limitUs, droppedByGenerator),
      ...(told === undefined ? [] : causesOfNoise(told)),
    ]);
    causesOf.set(id, causes);
    const texts = causes.map(({ text }) => text);
    // A trial stands or falls by rules of its own; what is said of it is whether its starts were on time.
    if (start.capacity !== undefined) return { valid: texts.length === 0, reasons: texts, ...machine.figures() };
    const limits = isJudged(segment) ? start.slo : (start.slo.during[phase] ?? start.slo.during[kind] ?? start.slo);
    const scoped = once(() => calls.of(({ segment: own }) => own === id));
    const withheld = kind === 'edge' ? [] : calls.withheldOf(segment);
    const inDoubt = withheld.length > 0 || missInDoubt(limits, tallyOf(books), () => scoped().shifts);
    const reasons = [...withheld, ...texts];
    return {
      valid: !inDoubt,
      reasons: !inDoubt ? [] : reasons.length > 0 ? reasons : [unseen(noise.view)],
      ...(told === undefined ? {} : { disturbed: { seconds: told.disturbedSeconds, of: told.seconds, causes: texts } }),
      ...machine.figures(),
    };
  };

  const phases = timeline.map((segment): PhaseFigures => {
    const books = ledger.books.filter(({ cell }) => cell.segment === segment.id);
    const droppedByGenerator = books.reduce((sum, { tally }) => sum + tally.count('droppedByGenerator'), 0);
    const { id, name, phase, kind, startS, endS } = segment;
    return {
      id,
      name,
      phase,
      kind,
      startS,
      endS,
      ...figuresOf(books, [segment]),
      tools: [...byTool(books)].map(([tool, own]) => ({ tool, ...figuresOf(own, [segment]) })),
      ...(byTenant(books).length === 0
        ? {}
        : { tenants: byTenant(books).map(([tenant, own]) => ({ tenant, ...figuresOf(own, [segment]) })) }),
      validity: validityOf(segment, books, droppedByGenerator),
    };
  });

  const groupOf = (by: GroupFigures['by'], name: string, segments: readonly Segment[]): GroupFigures => {
    const ids = new Set(segments.map(({ id }) => id));
    const books = ledger.books.filter(({ cell }) => ids.has(cell.segment));
    const seconds = secondsOf(segments);
    const withHistogram = (own: readonly Book[]) => {
      const tally = tallyOf(own);
      const response = tally.responseInterval;
      const failedResponse = tally.failedResponseInterval;
      return {
        ...tally.figures(seconds > 0 ? seconds : undefined, ledger.evidenceOf(own)),
        ...(response === undefined ? {} : { response }),
        ...(failedResponse === undefined ? {} : { failedResponse }),
      };
    };
    return {
      by,
      name,
      seconds,
      ...withHistogram(books),
      ...(by === 'judged' ? lowOf(calls.of(({ segment }) => ids.has(segment)).shifts) : {}),
      // Limits by tool go with the judged segments alone; histograms that nobody counts against would only swell the result.
      tools: [...byTool(books)].map(([tool, own]) => ({
        tool,
        ...(by === 'judged' ? withHistogram(own) : figuresOf(own, segments)),
      })),
      ...(by !== 'judged' || byTenant(books).length === 0
        ? {}
        : { tenants: byTenant(books).map(([tenant, own]) => ({ tenant, ...withHistogram(own) })) }),
    };
  };
  const judged = timeline.filter(isJudged);
  const groups: GroupFigures[] = [
    groupOf('judged', 'judged', judged),
    ...[...groupBy(timeline, ({ kind }) => kind)].map(([kind, segments]) => groupOf('kind', kind as SegmentKind, segments)),
    // The part of a phase that a fault covers is judged by `during.fault`, not by the name of the phase.
    ...[
      ...groupBy(
        timeline.filter((segment) => isJudged(segment) || segment.kind === 'warm-up'),
        ({ phase }) => phase,
      ),
    ].map(([phase, segments]) => groupOf('phase', phase, segments)),
  ];

  const fairness = fairnessOf(
    [...groupBy(judged, ({ phase }) => phase)].map(([phase, segments]) => {
      const ids = new Set(segments.map(({ id }) => id));
      const books = ledger.books.filter(({ cell }) => ids.has(cell.segment));
      return {
        phase,
        seconds: secondsOf(segments),
        tenants: byTenant(books).map(([tenant, own]) => ({
          tenant,
          tally: tallyOf(own),
          shifts: calls.of((cell) => ids.has(cell.segment) && cell.tenant === tenant).shifts,
        })),
      };
    }),
  );
  const judgedIds = new Set(judged.map(({ id }) => id));
  const judgedTally = tallyOf(ledger.books.filter(({ cell }) => judgedIds.has(cell.segment)));
  // A warm-up may be rough; every other segment carries figures that somebody will rely on.
  const relied = phases.filter(({ kind }) => kind !== 'warm-up');
  const untrusted = relied.filter(({ validity }) => !validity.valid);
  const causesIn = (own: readonly PhaseFigures[]): readonly string[] =>
    causesByPhase(own.map(({ id, name }) => ({ name, causes: causesOf.get(id) ?? [] })));
  const generator = ledger.validity.figures();
  const eventLoopUtilisation = ledger.validity.eventLoopUtilisation;
  const endedAt = new Date(Date.parse(start.startedAt) + Math.round(ledger.endedS * 1000));

  return {
    scenario: start.scenario,
    timeline,
    noise,
    calls,
    slo: start.slo,
    ...(start.baseline === undefined ? {} : { baseline: start.baseline }),
    timeoutMs: start.timeoutMs,
    ...(ledger.abortInDoubt(calls.ended) ? { abortInDoubt: true } : {}),
    ...(start.earlier === undefined ? {} : { earlier: start.earlier }),
    ...(start.onDoubt === undefined ? {} : { onDoubt: start.onDoubt }),
    ...(start.recoveryWithinS === undefined || start.scenario.recovery === undefined
      ? {}
      : { recoveryWithinS: start.recoveryWithinS }),
    ...(start.capacity === undefined ? {} : { search: searchOf(start.capacity, start.workers, ledger) }),
    ...(start.gate === undefined ? {} : { gate: { start: start.gate, pairs: ledger.pairs, ...lostBuild(ledger.end) } }),
    series: ledger.series.build(),
    spectrum: spectrumOf(judgedTally.response, judgedTally.service, judgedTally.unanswered),
    result: {
      schema: 'plimsoll.result/1',
      run: {
        id: start.runId,
        scenario: String(start.scenario.name ?? ''),
        ...(typeof start.scenario.description === 'string' ? { description: start.scenario.description } : {}),
        scenarioHash: start.scenarioHash,
        startedAt: start.startedAt,
        ...(ledger.end === undefined ? {} : { endedAt: endedAt.toISOString() }),
        durationS: ledger.endedS,
        version: start.version,
        labels: start.labels,
        host: start.host,
        target: start.target,
        ...(start.faultEngine === undefined ? {} : { faultEngine: { ...start.faultEngine } }),
        end: ledger.end?.reason ?? 'cut-short',
        notes: ledger.notes.map(({ t, level, code, text }) => ({ atS: t, level, code, text })),
      },
      validity: {
        valid: untrusted.length === 0,
        reasons: [
          ...timeline.flatMap((segment) => (untrusted.some(({ id }) => id === segment.id) ? calls.withheldOf(segment) : [])),
          ...causesIn(untrusted),
        ],
        disturbed: {
          seconds: relied.reduce((sum, { validity }) => sum + (validity.disturbed?.seconds ?? 0), 0),
          of: relied.reduce((sum, { validity }) => sum + (validity.disturbed?.of ?? 0), 0),
          causes: causesIn(relied),
          view: noise.view,
        },
        generator: {
          ...(generator.latenessUs === undefined ? {} : { latenessUs: generator.latenessUs }),
          droppedByGenerator: totals.counts.droppedByGenerator,
          ...(generator.generatorCores === undefined ? {} : { cpu: generator.generatorCores }),
          ...(generator.steal === undefined ? {} : { steal: generator.steal }),
          ...(generator.throttledS === undefined ? {} : { throttled: generator.throttledS }),
          ...(eventLoopUtilisation === undefined ? {} : { eventLoopUtilisation }),
        },
      },
      totals: { ...totals.counts, connections: ledger.connections, ...ledger.streams.figures() },
      latencyUs: totals.latencyUs,
      tools: [...byTool(totalBooks)].map(([tool, books]) => ({ tool, ...figuresOf(books, counted) })),
      endpoints: [...groupBy(totalBooks, ({ cell }) => cell.endpoint)].map(([endpoint, books]) => ({
        endpoint,
        ...figuresOf(books, counted),
      })),
      tenants: byTenant(totalBooks).map(([tenant, books]) => ({ tenant, ...figuresOf(books, counted) })),
      ...(fairness === undefined ? {} : { fairness }),
      phases,
      groups,
      errors: totals.errors,
      ...(totals.retried === undefined ? {} : { retried: totals.retried }),
      exemplars: ledger.exemplars,
      faults: ledger.faults.figures({
        books: ledger.books,
        end: ledger.end,
        loadEndedS: endedS,
        evidenceOf: (books) => ledger.evidenceOf(books),
        noise,
        calls,
      }),
      ...(Array.isArray(start.scenario.events) && start.scenario.events.length > 0
        ? { events: ledger.events.figures(ledger.endedS) }
        : {}),
      health: ledger.health.map((tally) => tally.figures()),
      saturation: ledger.saturation.figures(),
      ...ledger.sessions.figures(),
    },
  };
}

/** Most calls that became due in one second of a stretch. */
function highestRate(dueIn: (second: number) => number, startS: number, endS: number): number {
  let most = 0;
  for (let second = Math.floor(startS); second < endS; second++) most = Math.max(most, dueIn(second));
  return most;
}

/** What a baseline keeps beside each quantile. */
function lowOf(shifts: CallShifts): Pick<GroupFigures, 'low'> {
  const at = (quantile: number) => shifts.likelyReading(quantile, 'successes');
  const [p50, p95, p99] = [at(0.5), at(0.95), at(0.99)];
  return p50 === undefined || p95 === undefined || p99 === undefined ? {} : { low: { p50, p95, p99 } };
}

/** Why something is in doubt where nothing was seen that could explain it. */
const unseen = (view: Disturbance['view']): string =>
  view === 'none'
    ? 'nothing tells how long the server waited for a core of this machine'
    : 'calls were delayed by this machine, by less than 10 ms';

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** What kept a gate from going on. */
const lostBuild = (end: EndEntry | undefined): Pick<GatePairs, 'lost'> =>
  end?.reason === 'build-lost'
    ? { lost: { text: end.text ?? 'a build could not be loaded', exitCode: end.exitCode ?? EXIT.inconclusive } }
    : {};

const searchOf = (start: CapacityStart, workers: number, ledger: Ledger): CapacitySearch => {
  const { trials, searches, sweep, recoveryLevels, recoverySearches, resources } = ledger;
  return {
    start,
    workers,
    trials,
    searches,
    sweep,
    recoveryLevels,
    recoverySearches,
    traffic: ledger.traffic.figures(),
    ...(resources === undefined ? {} : { resources }),
  };
};

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
