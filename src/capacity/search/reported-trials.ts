import { LatencyHistogram } from '../../journal/latency-histogram.js';
import type { TrialBlock, TrialCell, TrialEntry } from '../../journal/trial-entry.js';
import { unansweredIn } from '../../journal/unanswered.js';
import type { Trial } from '../../result/capacity-figures.js';
import { compact } from '../../scenario/file/compact.js';
import type { ReportedTrial } from './capacity-answer.js';
import { type SloCondition, shortestLimitMs } from './slo-condition.js';
import type { DueOver, TrialFacts } from './trial-facts.js';
import { verdictOf } from './trial-verdict.js';

/** Starts that the generator may give up, as a share of those that were due. */
export const GIVEN_UP_ALLOWED = 0.01;

/** What a trial of the journal is judged by, counted for each of the conditions. Pure. */
export function factsOf(entry: TrialEntry, conditions: readonly SloCondition[]): TrialFacts {
  const cells = cellsOf(entry.blocks);
  return {
    purpose: entry.purpose,
    rate: entry.offeredRate,
    measuredS: entry.measuredS,
    plannedS: entry.plannedS,
    late: isLate(entry, conditions),
    ...(entry.noise === undefined ? {} : { noise: entry.noise }),
    ...(entry.replicas === undefined
      ? {}
      : { replicas: entry.replicas, replicasChanged: entry.replicas.least !== entry.replicas.most }),
    ...(entry.stopped === undefined ? {} : { stopped: entry.stopped }),
    due: dueOf(cells),
    completed: entry.completed,
    inFlight: entry.inFlight,
    conditions: conditions.map((condition) => ({
      ...countedBy(condition, cells, entry),
      blocks: blocksToCount(entry.blocks).map((block) => countedBy(condition, block.cells, entry)),
    })),
  };
}

/** Not told of a trial that was stopped within its first second. */
function servedRate({ succeeded, measuredS, wholeS, stopped }: TrialEntry): Pick<Trial, 'achievedRate'> {
  const seconds = wholeS ?? (stopped === undefined ? measuredS : 0);
  return seconds >= 1 ? { achievedRate: succeeded / seconds } : {};
}

/** A trial of the journal with its verdict, as it is reported. Pure. */
export function reportedTrial(entry: TrialEntry, conditions: readonly SloCondition[]): ReportedTrial {
  const facts = factsOf(entry, conditions);
  const verdict = verdictOf(facts, conditions);
  const cells = cellsOf(entry.blocks);
  const decided = verdict.condition === undefined ? undefined : facts.conditions[verdict.condition];
  const failed = cells.reduce((sum, cell) => sum + failedOf(cell), 0);
  const accountable = facts.due - givenUpOf(cells);
  const { server, measuredS, inFlight } = entry;
  const trial: Trial = {
    under: entry.under,
    purpose: entry.purpose,
    offeredRate: entry.offeredRate,
    ...servedRate(entry),
    durationS: measuredS,
    startS: entry.searchS,
    outcome: verdict.outcome,
    reason: verdict.reason,
    due: facts.due,
    over: decided?.over ?? 0,
    condition: verdict.condition === undefined ? '' : (conditions[verdict.condition]?.name ?? ''),
    ...(entry.stopped === undefined ? latencyOf(cells) : {}),
    ...(accountable > 0 ? { successRate: (accountable - failed) / accountable } : {}),
    ...compact({ cpuCores: server?.cpuCores, rssBytes: server?.rssBytes, replicas: entry.replicas }),
    ...(inFlight.length === 0 ? {} : { meanInFlight: inFlight.reduce((sum, value) => sum + value, 0) / inFlight.length }),
    ...(entry.stopped === undefined ? {} : { stopped: entry.stopped }),
  };
  return { trial, facts, verdict };
}

/**
 * The generator made less than 99 % of the starts. Of a journal that does not tell what the machine delayed: one start was given up, or p99 of
 * the lateness lay above max(1 ms, 5 % of the shortest limit).
 */
function isLate({ lateness, blocks, noise }: TrialEntry, conditions: readonly SloCondition[]): boolean {
  const cells = cellsOf(blocks);
  const givenUp = givenUpOf(cells);
  if (noise !== undefined) return givenUp > GIVEN_UP_ALLOWED * dueOf(cells);
  if (givenUp > 0) return true;
  const p99Us = LatencyHistogram.of([lateness]).percentile(0.99);
  return typeof p99Us === 'number' && p99Us > Math.max(1000, 0.05 * shortestLimitMs(conditions) * 1000);
}

const cellsOf = (blocks: readonly TrialBlock[]): readonly TrialCell[] => blocks.flatMap(({ cells }) => cells);

/** Calls that the server has to answer for: what the scenario took back is neither good nor bad. */
const dueOf = (cells: readonly TrialCell[]): number =>
  cells.reduce((sum, { offered = 0, cancelled = 0 }) => sum + offered - cancelled, 0);

/** The whole blocks; all of it where not even one is whole. */
function blocksToCount(blocks: readonly TrialBlock[]): readonly { readonly cells: readonly TrialCell[] }[] {
  const [first] = blocks;
  const whole = blocks.filter(({ startS, endS }) => endS - startS >= (first?.endS ?? 0) - 1e-9 && endS - startS >= 5);
  return whole.length > 0 ? whole : [{ cells: cellsOf(blocks) }];
}

const givenUpOf = (cells: readonly TrialCell[]): number =>
  cells.reduce((sum, { droppedByGenerator = 0 }) => sum + droppedByGenerator, 0);

/** Starts that the generator gave up count as never answered: had it made them, they might have failed. Answered failures count against the success target and limits over every answered call alone; what was not answered ranks above every limit. */
function countedBy(
  { kind, limitMs = 0, answered, tool }: SloCondition,
  cells: readonly TrialCell[],
  { noise }: Pick<TrialEntry, 'noise'>,
): DueOver {
  const own = tool === undefined ? cells : cells.filter((cell) => cell.tool === tool);
  const due = dueOf(own);
  const givenUp = noise === undefined ? 0 : givenUpOf(own);
  if (kind === 'success') return { due, over: own.reduce((sum, cell) => sum + failedOf(cell), givenUp) };
  const unanswered = own.reduce((sum, cell) => sum + unansweredIn(cell), givenUp);
  if (answered) {
    const times = own.flatMap(({ response, failedResponse }) => [response, failedResponse]);
    return { due, over: LatencyHistogram.of(times).countAbove(limitMs * 1000) + unanswered };
  }
  const answeredFailures = own.reduce((sum, cell) => sum + failedOf(cell), givenUp) - unanswered;
  const above = LatencyHistogram.of(own.map(({ response }) => response)).countAbove(limitMs * 1000);
  return { due: due - answeredFailures, over: above + unanswered };
}

const failedOf = ({ failed = 0, dropped = 0, unfinished = 0 }: TrialCell): number => failed + dropped + unfinished;

function latencyOf(cells: readonly TrialCell[]): Pick<Trial, 'latencyUs'> {
  const histogram = LatencyHistogram.of(cells.map(({ response }) => response));
  const unanswered = cells.reduce((sum, cell) => sum + unansweredIn(cell), 0);
  if (histogram.count + unanswered === 0) return {};
  const at = (quantile: number): number | null => histogram.percentile(quantile, unanswered) ?? null;
  return { latencyUs: { p50: at(0.5), p95: at(0.95), p99: at(0.99) } };
}
