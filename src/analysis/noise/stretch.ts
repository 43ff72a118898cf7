/** A stretch of load that is judged by itself: a segment of the timeline, or a trial. */
export interface Stretch {
  readonly id: number;
  /** Seconds from the start of the first phase. */
  readonly startS: number;
  readonly endS: number;
  /** Slots for calls in flight, where they are bounded. */
  readonly maxInFlight?: number;
  /** Closed users; absent for a stretch of arrivals. */
  readonly users?: number;
  /** Arrivals a second, at their highest. */
  readonly ratePerS?: number;
}

/** What delayed calls: the server waited for a core, load threads did not run, starts were late for neither. */
export type DelayCause = 'server-waited' | 'threads-held' | 'starts-late';

/** How much of a stretch this machine disturbed. */
export interface StretchNoise {
  /** Delay in all, milliseconds; Infinity where nothing tells how long a server on this machine waited. */
  readonly delayMs: number;
  /** Seconds that had more than 50 ms of it, or a start that was more than 10 ms late, out of all that were looked at. */
  readonly disturbedSeconds: number;
  readonly seconds: number;
  /** The most first. */
  readonly causes: readonly DelayCause[];
  /** Largest lateness of a start, microseconds. */
  readonly largestLatenessUs: number;
  /** Calls in flight, over the instants at which that is known; absent where it never is. */
  readonly medianInFlight?: number;
  /** How long all slots take to fill from there while nothing is answered, milliseconds: (maxInFlight - median) / rate. Absent where one is unknown. */
  readonly fillMs?: number;
  /** Share of its load that a closed stretch withheld: (lateness + gaps x in flight) / (users x length). Absent without users. */
  readonly withheldShare?: number;
}

/** A closed stretch passes nothing when it withheld more of its load than this share. */
export const WITHHELD_ALLOWED = 0.01;
