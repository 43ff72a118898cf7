import type { ResourceFigures, Trial } from './capacity-figures.js';
import { fitLine, type LinePoint } from './linear-regression.js';

/** Resident memory of the server with that many idle sessions open beside those of the run. */
export interface SessionReading {
  readonly sessions: number;
  readonly rssBytes: number;
}

/** Fewest trials, and the least spread of their rates, from which a slope is read. */
const MIN_POINTS = 4;
const MIN_SPAN = 2;

type Part = Omit<ResourceFigures, 'intervals' | 'remarks'> & {
  readonly intervals?: ResourceFigures['intervals'];
  readonly remarks: readonly string[];
};

/**
 * What one instance uses: CPU of a call and of an idle instance from CPU against rate, memory of a call in flight and of an instance without
 * any from resident memory against calls in flight, over the healthy trials that passed (an overloaded server burns CPU on calls that count for
 * nothing). The process read is taken for one of `instances` equal ones.
 */
export function resourcesOf(
  trials: readonly Trial[],
  instances: number,
  sessionReadings: readonly SessionReading[] = [],
): ResourceFigures {
  const passed = trials.filter(({ outcome, under, purpose }) => outcome === 'pass' && under === 'none' && purpose !== 'warm-up');
  const parts = [cpuOf(passed, instances), memoryOf(passed, instances), sessionMemoryOf(sessionReadings)];
  const intervals = Object.assign({}, ...parts.map((part) => part.intervals)) as NonNullable<ResourceFigures['intervals']>;
  return {
    ...Object.assign({}, ...parts),
    ...(Object.keys(intervals).length === 0 ? {} : { intervals }),
    remarks: [
      ...parts.flatMap(({ remarks }) => remarks),
      ...(instances > 1 ? [`one process was read and taken for one of ${instances} equal instances`] : []),
    ],
  };
}

const refused = (remark: string): Part => ({ remarks: [remark] });

/** Why no slope is read from points; undefined when one is. */
function tooFew(points: readonly LinePoint[], what: string, over: string): string | undefined {
  if (points.length === 0) return `${what} could not be read`;
  if (points.length < MIN_POINTS) return `${what}: ${points.length} passed trials with a reading, ${MIN_POINTS} are needed`;
  const xs = points.map(({ x }) => x);
  if (Math.max(...xs) < MIN_SPAN * Math.min(...xs))
    return `${what}: the ${over} of the trials lie too close together for a slope`;
  return undefined;
}

function cpuOf(trials: readonly Trial[], instances: number): Part {
  const points = trials.flatMap(({ cpuCores, achievedRate, durationS }) =>
    cpuCores === undefined ? [] : [{ x: achievedRate / instances, y: cpuCores, weight: durationS }],
  );
  const missing = tooFew(points, 'CPU per call', 'rates');
  if (missing !== undefined) return refused(missing);
  const line = fitLine(points);
  if (line === undefined || line.slope <= 0) return refused('CPU per call: CPU does not rise with the rate');
  if (line.slopeInterval[0] <= 0) return refused('CPU per call: its interval holds 0');
  const [low, high] = line.interceptInterval;
  const intervals = { cpuPerCallS: line.slopeInterval, idleCores: [Math.max(0, low), Math.max(0, high)] as const };
  if (line.intercept >= 0) return { cpuPerCallS: line.slope, idleCores: line.intercept, intervals, remarks: [] };
  // No server uses less than nothing: the line is laid through the origin, which takes the calls for dearer.
  const throughOrigin =
    points.reduce((sum, { x, y, weight }) => sum + weight * x * y, 0) /
    points.reduce((sum, { x, weight }) => sum + weight * x * x, 0);
  return {
    cpuPerCallS: throughOrigin,
    idleCores: 0,
    intervals,
    remarks: ['idle CPU: the line of CPU over rate meets 0 calls/s below 0; laid through the origin instead'],
  };
}

function memoryOf(trials: readonly Trial[], instances: number): Part {
  const points = trials.flatMap(({ rssBytes, meanInFlight, durationS }) =>
    rssBytes === undefined || meanInFlight === undefined ? [] : [{ x: meanInFlight / instances, y: rssBytes, weight: durationS }],
  );
  if (points.length === 0) return refused('memory could not be read');
  const largest = Math.max(...points.map(({ y }) => y));
  const grows = 'resident memory holds what the heap kept from earlier trials';
  const missing = tooFew(points, 'memory of a call in flight', 'calls in flight');
  const line = missing === undefined ? fitLine(points) : undefined;
  if (line === undefined || line.slopeInterval[0] <= 0 || line.intercept <= 0) {
    const why = missing ?? 'memory of a call in flight: memory does not rise with calls in flight';
    return { baseBytes: largest, remarks: [`${why}; the base is the largest reading`, grows] };
  }
  return {
    baseBytes: line.intercept,
    callBytes: line.slope,
    intervals: { baseBytes: line.interceptInterval, callBytes: line.slopeInterval },
    remarks: [grows],
  };
}

/** Memory of one session as the slope of resident memory over idle sessions opened. */
function sessionMemoryOf(readings: readonly SessionReading[]): Part {
  if (readings.length === 0) return { remarks: [] };
  const line = fitLine(readings.map(({ sessions, rssBytes }) => ({ x: sessions, y: rssBytes, weight: 1 })));
  if (line === undefined) return refused('memory of a session: too few readings');
  if (line.slopeInterval[0] <= 0) return refused('memory of a session: memory does not rise with idle sessions');
  return { sessionBytes: line.slope, intervals: { sessionBytes: line.slopeInterval }, remarks: [] };
}
