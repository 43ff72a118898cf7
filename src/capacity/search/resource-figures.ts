import type { ResourcesEntry, TrialEntry } from '../../journal/trial-entry.js';
import type { ResourceFigures } from '../../result/capacity-figures.js';
import { slopeApartFromTime } from '../../statistics/apart-from-time.js';
import { type FittedLine, fitLine } from '../../statistics/linear-regression.js';
import { weighSessions } from './session-weight.js';

/** Least spread of the rates, and of the calls in flight, over which a line says anything. */
const LEAST_SPREAD = 2;
const LEAST_TRIALS = 4;
/** Shorter windows hold too few readings, which come each second. The last second of a stopped trial runs on into its drain. */
const LEAST_S = 3;
/** A slope of memory has to stand this many standard errors above nothing: a heap that merely grew with time has one too. */
const SURE = 4;

interface Line extends FittedLine {
  /** Slope over its standard error. */
  readonly t: number;
}

/**
 * CPU and memory of one instance from healthy trials: cores = idle + rate x CPU per call, and bytes = base + in flight x bytes per call, by
 * least squares weighted with the seconds of each trial. Pure.
 * @param entries trials that the generator was not late in
 * @param instances replicas behind the target; the process that is read is one of them
 * @param apart readings with idle sessions open
 */
export function resourcesOf(
  entries: readonly TrialEntry[],
  instances: number,
  apart: Pick<ResourcesEntry, 'sessions' | 'remarks'> = { remarks: [] },
): ResourceFigures | undefined {
  const used = entries.filter(
    ({ under, measuredS, purpose, stopped }) =>
      under === 'none' && purpose !== 'warm-up' && measuredS >= LEAST_S && stopped === undefined,
  );
  const session = weighSessions(apart.sessions ?? []);
  const remarks = [...apart.remarks, ...session.remarks];
  if (!used.some(({ server }) => server !== undefined)) {
    return remarks.length === 0 ? undefined : { ...session, remarks };
  }
  const cpu = lineOf(
    used.flatMap(({ server, completed, measuredS }) =>
      server?.cpuCores === undefined ? [] : [{ x: completed / measuredS / instances, y: server.cpuCores, weight: measuredS }],
    ),
  );
  if (cpu === undefined) remarks.push(`CPU per call needs ${LEAST_TRIALS} trials at rates a factor ${LEAST_SPREAD} apart`);
  const inMemory = used.flatMap(({ server, inFlight, measuredS, t }) =>
    server?.rssBytes === undefined || inFlight.length === 0
      ? []
      : [{ x: meanOf(inFlight) / instances, y: server.rssBytes, weight: measuredS, t }],
  );
  const memory = lineOf(inMemory);
  const sure = memory !== undefined && memory.slope > 0 && memory.t > SURE;
  const [apartFromTime = 0] = slopeApartFromTime(inMemory) ?? [];
  const perCall = sure && apartFromTime > 0 ? memory : undefined;
  const readings = used.flatMap(({ server }) => server?.rssBytes ?? []);
  if (perCall === undefined)
    remarks.push(
      `memory ${sure ? 'grew with the time of the search as it did with the calls in flight' : 'did not follow the calls in flight'}: the largest of all trials is used as the base`,
    );
  if (instances > 1) remarks.push(`read of one process; ${instances} instances are taken to share the load evenly`);
  return {
    ...intervalsOf(cpu, perCall, session),
    ...(cpu === undefined || cpu.slope <= 0 ? {} : { cpuPerCallS: cpu.slope, idleCores: Math.max(0, cpu.intercept) }),
    ...(readings.length === 0 ? {} : { baseBytes: Math.round(perCall?.intercept ?? Math.max(...readings)) }),
    ...(perCall === undefined ? {} : { callBytes: Math.round(perCall.slope) }),
    ...(session.sessionBytes === undefined ? {} : { sessionBytes: session.sessionBytes }),
    remarks,
  };
}

/** Weighted least squares of y on x; undefined where the points cannot carry a line. */
function lineOf(points: readonly { readonly x: number; readonly y: number; readonly weight: number }[]): Line | undefined {
  const xs = points.map(({ x }) => x);
  if (points.length < LEAST_TRIALS || Math.max(...xs) < LEAST_SPREAD * Math.min(...xs)) return undefined;
  const line = fitLine(points);
  return line && { ...line, t: line.slopeError === 0 ? Number.POSITIVE_INFINITY : line.slope / line.slopeError };
}

/** 95 % intervals of what stands in the figures; nothing uses less than nothing. */
function intervalsOf(
  cpu: Line | undefined,
  perCall: Line | undefined,
  session: Pick<ResourceFigures, 'intervals'>,
): Pick<ResourceFigures, 'intervals'> {
  const fromZero = ([low, high]: readonly [number, number]) => [Math.max(0, low), Math.max(0, high)] as const;
  const intervals = {
    ...(cpu === undefined || cpu.slope <= 0
      ? {}
      : { cpuPerCallS: fromZero(cpu.slopeInterval), idleCores: fromZero(cpu.interceptInterval) }),
    ...(perCall === undefined
      ? {}
      : { baseBytes: fromZero(perCall.interceptInterval), callBytes: fromZero(perCall.slopeInterval) }),
    ...session.intervals,
  };
  return Object.keys(intervals).length === 0 ? {} : { intervals };
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
