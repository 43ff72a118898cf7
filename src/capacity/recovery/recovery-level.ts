import { latencyLimitsOf, type SecondCounts, SecondRecord } from '../../analysis/resilience/second-record.js';
import { LatencyHistogram } from '../../journal/latency-histogram.js';
import type { RecoveryLevelEntry } from '../../journal/recovery-entry.js';
import type { RecoveryPlan } from '../../journal/recovery-plan.js';
import type { RecoveryLevel } from '../../result/recovery-figures.js';
import { compact } from '../../scenario/file/compact.js';
import type { Slo } from '../../scenario/objective.js';
import { conditionsOf, shortestLimitMs } from '../search/slo-condition.js';
import { goodShare, type RecoveryFacts, type RecoveryVerdict, recoveryVerdict } from './recovery-verdict.js';

/** A level of the journal with its verdict, as it is reported. Pure. */
export function recoveryLevel(
  entry: RecoveryLevelEntry,
  slo: Slo,
  plan: RecoveryPlan,
): { readonly level: RecoveryLevel; readonly verdict: RecoveryVerdict } {
  const facts = factsOf(entry, slo, plan);
  const verdict = recoveryVerdict(facts);
  const { record } = facts;
  const { faultOnS = entry.leadS, faultOffS, loadEndS, proxy = [] } = entry;
  const endS = Math.floor(loadEndS);
  const offS = faultOffS === undefined ? undefined : Math.floor(faultOffS);
  const amplification = dependencyAmplification(proxy, record, { faultOnS, endS, windowS: plan.windowS });
  const level: RecoveryLevel = {
    share: entry.share,
    offeredRate: entry.offeredRate,
    outcome: verdict.outcome,
    reason: verdict.reason,
    startS: entry.searchS,
    ...(entry.faultOnS === undefined || faultOffS === undefined ? {} : { faultS: faultOffS - entry.faultOnS }),
    ...(faultOffS === undefined ? {} : { heldS: Math.max(0, loadEndS - faultOffS) }),
    drainS: entry.drainS,
    ...(verdict.recoverS === undefined ? {} : { recoverS: verdict.recoverS }),
    inTime: {
      before: goodShare(record.window(1, Math.floor(faultOnS))),
      ...(offS === undefined ? {} : { during: goodShare(record.window(Math.ceil(faultOnS), offS)) }),
      last: goodShare(record.window(endS - plan.windowS, endS)),
    },
    attemptsPerCall: attemptsPerCall(entry, record, plan.windowS),
    ...(amplification === undefined ? {} : { dependencyAmplification: amplification }),
    dropped: sumOf(entry, ({ dropped = 0 }) => dropped),
    ...(entry.cameBack === undefined ? {} : { cameBack: entry.cameBack }),
  };
  return { level, verdict };
}

function factsOf(entry: RecoveryLevelEntry, slo: Slo, plan: RecoveryPlan): RecoveryFacts {
  const { faultOnS, faultOffS, loadEndS, drainS, stopped } = entry;
  const record = new SecondRecord(latencyLimitsOf(slo));
  for (const second of entry.seconds) record.add(second);
  return {
    record,
    slo: { ...(slo.success === undefined ? {} : { success: slo.success }), limits: record.limits },
    ...compact({ faultOnS, faultOffS }),
    loadEndS,
    drainS,
    windowS: plan.windowS,
    leastHoldS: plan.leastHoldS,
    late: isLate(entry, slo),
    ...(stopped === undefined ? {} : { stopped }),
  };
}

/** Share of the shortest limit, and milliseconds, by which the 99th start of a hundred may be late: seconds are judged, not quantiles. */
const LATE_SHARE = 0.25;
const LATE_MS = 10;

/** The generator was too late to say anything: p99 of its starts, or one in a hundred given up. */
function isLate(entry: RecoveryLevelEntry, slo: Slo): boolean {
  if (sumOf(entry, ({ droppedByGenerator = 0 }) => droppedByGenerator) > 0.01 * sumOf(entry, ({ offered = 0 }) => offered))
    return true;
  if (entry.lateness === undefined) return false;
  const p99Us = LatencyHistogram.of([entry.lateness]).percentile(0.99) ?? 0;
  return p99Us > 1000 * Math.max(LATE_MS, LATE_SHARE * shortestLimitMs(conditionsOf(slo)));
}

type Cell = RecoveryLevelEntry['seconds'][number]['cells'][number];

const sumOf = ({ seconds }: RecoveryLevelEntry, countOf: (cell: Cell) => number): number =>
  seconds.reduce((sum, { cells }) => sum + cells.reduce((all, cell) => all + countOf(cell), 0), 0);

/** First attempts and retries per call due, the largest over a window. */
function attemptsPerCall({ seconds, loadEndS }: RecoveryLevelEntry, record: SecondRecord, windowS: number): number {
  const made: number[] = [];
  for (const { t, cells } of seconds) {
    made[t] = cells.reduce((sum, { started = 0, retries = 0 }) => sum + started + retries, made[t] ?? 0);
  }
  return largest(record, 0, Math.floor(loadEndS), windowS, (from, to) =>
    made.slice(from, to).reduce((sum, count) => sum + (count ?? 0), 0),
  );
}

/** Bytes to the dependency per call due from the fault on, the largest over a window, against those before it. */
function dependencyAmplification(
  proxy: NonNullable<RecoveryLevelEntry['proxy']>,
  record: SecondRecord,
  { faultOnS, endS, windowS }: { readonly faultOnS: number; readonly endS: number; readonly windowS: number },
): number | undefined {
  const bytesIn = (from: number, to: number): number => bytesAt(proxy, to) - bytesAt(proxy, from);
  const before = record.window(1, Math.floor(faultOnS));
  const own = before.offered === 0 ? 0 : bytesIn(1, Math.floor(faultOnS)) / before.offered;
  if (proxy.length < 2 || own <= 0) return undefined;
  return largest(record, Math.ceil(faultOnS), endS, windowS, bytesIn) / own;
}

function largest(
  record: SecondRecord,
  fromS: number,
  endS: number,
  windowS: number,
  countOf: (fromS: number, toS: number) => number,
): number {
  let most = 0;
  for (let t = fromS; t + windowS <= endS; t++) {
    const { offered }: SecondCounts = record.window(t, t + windowS);
    if (offered > 0) most = Math.max(most, countOf(t, t + windowS) / offered);
  }
  return most;
}

/** A counter at a time between two readings, taken as growing evenly; before the first reading it stood at zero. */
function bytesAt(proxy: NonNullable<RecoveryLevelEntry['proxy']>, atS: number): number {
  let before = { t: 0, bytesUpstream: 0 };
  for (const reading of proxy) {
    if (reading.t >= atS) {
      const span = reading.t - before.t;
      return span <= 0
        ? reading.bytesUpstream
        : before.bytesUpstream + ((reading.bytesUpstream - before.bytesUpstream) * (atS - before.t)) / span;
    }
    before = reading;
  }
  return before.bytesUpstream;
}
