import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { writeFileAtomically } from '../journal/atomic-file.js';
import type { JudgedBaseline } from '../journal/start-entry.js';
import type { Result } from '../result/result.js';
import { jsonText } from '../result/result-text.js';
import { compact } from '../scenario/file/compact.js';
import type { BaselineLimits } from '../scenario/objective.js';
import type { Scenario } from '../scenario/scenario.js';
import { minimumSamples } from '../statistics/minimum-samples.js';
import { latencyText } from '../text/figure-text.js';
import { type BaselineRun, baselineSchema, type SavedBaseline } from './baseline-schema.js';
import { predictedFigures } from './predicted-limits.js';
import { sittingOf } from './sitting.js';

const DEFAULT_TOLERANCE = 1.5;
/** Share of a quantile that the delay of the machine has to leave of it, for it to be a baseline. */
const LEAST_LOW = 0.8;

export interface BaselineOptions {
  readonly savedAt: Date;
  /** Default: that of the last of `kept`, else 1.5. */
  readonly tolerance?: number;
  /** Baselines whose runs come first: a baseline grows from sitting to sitting. */
  readonly kept?: readonly SavedBaseline[];
}

/**
 * Makes a baseline of runs of one workload.
 * @throws PlimsollError (exit code 2) when there is no run, a run is in doubt, did not run to its end or is named twice, workloads differ, or too much of
 * the figures may be the delay of the machine.
 */
export function baselineOf(results: readonly Result[], { savedAt, tolerance, kept = [] }: BaselineOptions): SavedBaseline {
  const [earlier] = kept.flatMap(({ runs }) => runs);
  const first = earlier ?? results[0]?.run;
  if (first === undefined) throw new PlimsollError('a baseline needs at least one run', 'usage');
  const reference: Reference = { id: 'runId' in first ? first.runId : first.id, scenarioHash: first.scenarioHash };
  for (const run of kept.flatMap(({ runs }) => runs)) refuseOtherWorkload({ ...run, id: run.runId }, reference);
  for (const result of results) refuseUnfit(result, reference);
  const runs = [...kept.flatMap((one) => one.runs), ...results.map(runOf)];
  refuseTwice(runs.map(({ runId }) => runId));
  const baseline: SavedBaseline = {
    schema: 'plimsoll.baseline/1',
    savedAt: savedAt.toISOString(),
    scenario: first.scenario,
    scenarioHash: first.scenarioHash,
    tolerance: tolerance ?? kept.at(-1)?.tolerance ?? DEFAULT_TOLERANCE,
    runs,
  };
  refuseNoisy(baseline);
  return baseline;
}

/** Writes `baselineOf` to a file. @throws PlimsollError: 2 as `baselineOf`, 8 when the file cannot be written. */
export function saveBaseline(path: string, results: readonly Result[], options: BaselineOptions): SavedBaseline {
  const baseline = baselineOf(results, options);
  try {
    writeFileAtomically(path, jsonText(baseline));
  } catch (cause) {
    throw new PlimsollError(`cannot write the baseline ${path}: ${(cause as Error).message}`, 'machine', { cause });
  }
  return baseline;
}

/** Reads a saved baseline. @throws PlimsollError (exit code 2) naming file and field when it cannot be read. */
export function loadBaseline(path: string): SavedBaseline {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new PlimsollError(`cannot read the baseline ${path}: ${(cause as Error).message}`, 'usage', {
      hint: 'make one with `plimsoll baseline save RUN -o FILE`',
      cause,
    });
  }
  const parsed = baselineSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new PlimsollError(`${path}: not a baseline of schema plimsoll.baseline/1${where}: ${issue?.message ?? ''}`, 'usage', {
    hint: 'make one with `plimsoll baseline save RUN -o FILE`',
  });
}

/**
 * The baseline that a run of this scenario is judged by, as it goes into the first line of a journal; undefined where it names none.
 * @throws PlimsollError (exit code 2) when a saved file cannot be read.
 */
export function judgedBaseline(baseline: Scenario['baseline']): JudgedBaseline | undefined {
  if (baseline === undefined) return undefined;
  if (!('file' in baseline)) return { limits: baseline, source: 'in place' };
  const saved = loadBaseline(baseline.file);
  const low = lowOf(saved);
  const counted = countedOf(saved);
  const predicted = predictedFigures(saved);
  return {
    limits: limitsOf(saved),
    ...(predicted === undefined ? {} : { predicted }),
    ...(counted === undefined ? {} : { counted }),
    ...(Object.keys(low).length === 0 ? {} : { low }),
    ...(baseline.stored === true ? { stored: true as const } : {}),
    source: basename(baseline.file),
    runs: saved.runs.length,
    scenarioHash: saved.scenarioHash,
    host: (saved.runs.at(-1) as BaselineRun).host,
  };
}

/**
 * Each figure of a baseline: the median of its runs, and the share of failures of all their calls together. A quantile that half of the runs
 * do not have is absent.
 */
export function limitsOf(baseline: SavedBaseline): BaselineLimits {
  const { runs, tolerance } = baseline;
  const counted = countedOf(baseline);
  return {
    ...mediansOf(runs),
    errorRate: counted === undefined ? median(runs.map((run) => run.errorRate)) : counted.failures / counted.calls,
    throughputPerS: median(runs.map((run) => run.throughputPerS)),
    tolerance,
  };
}

/** Calls of all runs and how many failed; undefined where a run of an older version does not say. */
export function countedOf({ runs }: SavedBaseline): JudgedBaseline['counted'] {
  let [calls, failures] = [0, 0];
  for (const run of runs) {
    if (run.failures === undefined) return undefined;
    calls += run.calls;
    failures += run.failures;
  }
  return calls > 0 ? { calls, failures } : undefined;
}

/** The least that each quantile can have been, by the median of the runs; a run that does not tell takes its quantile for that. */
const lowOf = ({ runs }: SavedBaseline): Quantiles =>
  runs.every(({ low }) => low === undefined) ? {} : mediansOf(runs.map((run) => ({ ...run, ...run.low })));

type Quantiles = Pick<BaselineLimits, 'p50Ms' | 'p95Ms' | 'p99Ms'>;

function mediansOf(runs: readonly Pick<BaselineRun, 'p50Us' | 'p95Us' | 'p99Us'>[]): Quantiles {
  const ms = (key: 'p50Us' | 'p95Us' | 'p99Us'): number | undefined => {
    const medianUs = median(runs.map((run) => run[key] ?? Number.POSITIVE_INFINITY));
    return Number.isFinite(medianUs) ? medianUs / 1000 : undefined;
  };
  return compact({ p50Ms: ms('p50Us'), p95Ms: ms('p95Us'), p99Ms: ms('p99Us') });
}

/** @throws PlimsollError (exit code 2) when a fifth of a quantile or more may be the delay of the machine. */
function refuseNoisy(baseline: SavedBaseline): void {
  const limits = limitsOf(baseline);
  const low = lowOf(baseline);
  for (const [name, key] of [
    ['p50', 'p50Ms'],
    ['p95', 'p95Ms'],
    ['p99', 'p99Ms'],
  ] as const) {
    const [ms, lowMs] = [limits[key], low[key]];
    if (ms === undefined || lowMs === undefined || lowMs >= LEAST_LOW * ms) continue;
    throw new PlimsollError(
      `this cannot be a baseline: its ${name} is ${latencyText(ms * 1000)}, and without the delay of the machine that made it it may be ${lowMs < 0.1 * ms ? 'next to nothing' : latencyText(lowMs * 1000)}`,
      'usage',
      { hint: 'run it again on a quiet machine; where answers take a few milliseconds, `plimsoll gate` compares builds on any' },
    );
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** @throws PlimsollError (exit code 2) when one run is named twice: it would count for two. */
function refuseTwice(ids: readonly string[]): void {
  const twice = ids.find((id, at) => ids.indexOf(id) < at);
  if (twice === undefined) return;
  throw new PlimsollError(`run ${twice} is named twice`, 'usage', { hint: 'a run counts once in a baseline' });
}

/** The run whose workload all have to have. */
interface Reference {
  readonly id: string;
  readonly scenarioHash: string;
}

function refuse(id: string, why: string, hint: string): never {
  throw new PlimsollError(`run ${id} cannot be part of a baseline: ${why}`, 'usage', { hint });
}

function refuseOtherWorkload({ id, scenarioHash }: Reference, first: Reference): void {
  if (scenarioHash === first.scenarioHash) return;
  refuse(
    id,
    `its workload differs from that of run ${first.id} (scenario hash ${scenarioHash.slice(0, 12)} and ${first.scenarioHash.slice(0, 12)})`,
    'a baseline holds runs of one scenario',
  );
}

function refuseUnfit({ run, validity, groups }: Result, first: Reference): void {
  refuseOtherWorkload(run, first);
  if (run.end !== 'completed') refuse(run.id, `it did not run to its end (${run.end})`, 'run it again to the end');
  if (!validity.valid)
    refuse(run.id, `something of it is in doubt: ${validity.reasons[0] ?? ''}`, 'run it again on a quiet machine');
  const counts = groups.find(({ by }) => by === 'judged')?.counts;
  if (counts === undefined || counts.offered - counts.droppedByGenerator <= 0) {
    refuse(run.id, 'it has no calls in judged phases', 'only steady, ramp, burst and closed phases are compared');
  }
}

function runOf(result: Result): BaselineRun {
  const { run, groups } = result;
  const group = groups.find(({ by }) => by === 'judged') as Result['groups'][number];
  const { counts, response } = group;
  const { p50, p95, p99, count, unanswered } = group.latencyUs.response;
  const due = counts.offered - counts.droppedByGenerator - (counts.cancelled ?? 0);
  const told = (key: 'p50Us' | 'p95Us' | 'p99Us', at: number, value: number | null | undefined) =>
    value === undefined || value === null || count + unanswered < minimumSamples(at) ? {} : { [key]: value };
  return {
    runId: run.id,
    startedAt: run.startedAt,
    version: run.version,
    scenario: run.scenario,
    scenarioHash: run.scenarioHash,
    host: { ...run.host },
    sitting: sittingOf(run),
    calls: due,
    ...told('p50Us', 0.5, p50),
    ...told('p95Us', 0.95, p95),
    ...told('p99Us', 0.99, p99),
    ...(group.low === undefined
      ? {}
      : {
          low: {
            ...told('p50Us', 0.5, least(group.low.p50, p50)),
            ...told('p95Us', 0.95, least(group.low.p95, p95)),
            ...told('p99Us', 0.99, least(group.low.p99, p99)),
          },
        }),
    errorRate: (due - counts.ok) / due,
    failures: due - counts.ok,
    throughputPerS: counts.goodput ?? 0,
    offeredPerS: counts.offeredRate ?? 0,
    ...(response === undefined ? {} : { response: { ...response, counts: [...response.counts] } }),
  };
}

/** Buckets are 0.1 % wide: what a quantile can have been at the least is never more than it is. */
const least = (lowUs: number | null | undefined, us: number | null | undefined): number | null | undefined =>
  typeof lowUs === 'number' && typeof us === 'number' ? Math.min(lowUs, us) : lowUs;
