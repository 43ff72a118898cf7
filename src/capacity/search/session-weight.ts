import type { SessionReading } from '../../journal/trial-entry.js';
import type { ResourceFigures } from '../../result/capacity-figures.js';
import { fitLine } from '../../statistics/linear-regression.js';
import { bytesText, countText, shareText } from '../../text/figure-text.js';

/** Largest share of the whole growth that one lot may have: a line of three lots has a third in each. */
const MOST_IN_ONE_LOT = 0.5;
/** The first half of the sessions may weigh so many times the second, or the other way round. */
const MOST_UNEVEN = 4;
/** One lot more than this many readings makes the shape of a line visible. */
const LEAST_READINGS = 4;

/** Half the width of the interval over the figure, from which on more sessions are not worth their opening. */
const NARROW = 0.25;

type Weight = Pick<ResourceFigures, 'sessionBytes' | 'intervals' | 'remarks'>;

/** Whether the weight of a session is known well enough. */
export function isTold({ sessionBytes, intervals }: Weight): boolean {
  const [low, high] = intervals?.sessionBytes ?? [0, Number.POSITIVE_INFINITY];
  return sessionBytes !== undefined && high - low <= 2 * NARROW * sessionBytes;
}

/**
 * Memory of one idle session: the slope of resident memory over the number of sessions that were open, by least squares, with its 95 %
 * interval. A runtime takes memory in large pieces and gives garbage back late, so a growth that comes in one jump, stops half-way, or
 * cannot be told from none gives no figure but the reason. Pure.
 */
export function weighSessions(readings: readonly SessionReading[]): Weight {
  if (readings.length === 0) return { remarks: [] };
  const noFigure = (why: string) => ({ remarks: [`memory of a session could not be distinguished from noise: ${why}`] });
  const line = fitLine(readings.map(({ sessions, rssBytes }) => ({ x: sessions, y: rssBytes, weight: 1 })));
  if (readings.length < LEAST_READINGS || line === undefined) {
    return noFigure(`${readings.length} readings are too few for a line`);
  }
  const opened = Math.max(...readings.map(({ sessions }) => sessions));
  const { slope, slopeInterval } = line;
  const [low, high] = slopeInterval;
  const found = `${bytesText(slope)}, 95 % between ${bytesText(low)} and ${bytesText(high)}`;
  if (low <= 0) return noFigure(`${countText(opened, 'idle session')} gave ${found} each`);
  const bent = notALine(readings);
  if (bent !== undefined) return noFigure(`${bent} (${readings.map(({ rssBytes }) => bytesText(rssBytes)).join(', ')})`);
  return {
    sessionBytes: Math.round(slope),
    intervals: { sessionBytes: [Math.round(low), Math.round(high)] },
    remarks: [
      `an idle session: ${found}, from ${readings.length} readings while ${opened} were opened; garbage of their opening that was not yet collected is in it`,
    ],
  };
}

/** Why readings that rise do not rise in a line; undefined where they do. */
function notALine(readings: readonly SessionReading[]): string | undefined {
  const steps = readings.slice(1).map((reading, i) => reading.rssBytes - (readings[i] as SessionReading).rssBytes);
  const grown = sumOf(steps);
  const largest = Math.max(...steps);
  if (largest > MOST_IN_ONE_LOT * grown) return `${shareText(largest / grown)} of the growth came with one lot`;
  const half = Math.floor(steps.length / 2);
  const [first, second] = [sumOf(steps.slice(0, half)), sumOf(steps.slice(-half))];
  if (Math.min(first, second) * MOST_UNEVEN < Math.max(first, second)) {
    return `the first half of the lots grew it by ${bytesText(first)}, the second by ${bytesText(second)}`;
  }
  return undefined;
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
