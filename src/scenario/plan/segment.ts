/** Kinds of segment; the plain SLO and the baseline judge steady, ramp, burst and closed. */
export type SegmentKind = 'warm-up' | 'steady' | 'ramp' | 'burst' | 'closed' | 'edge' | 'fault' | 'recovery';

/** A stretch of the run. Every figure can be asked for per segment; a call belongs to the one in which it was due. */
export interface Segment {
  /** Index in the timeline; cells refer to it. */
  readonly id: number;
  /** Phase name; for a fault `<phase>: <recipe>@<dependency>[ + ...]`; for recovery `<phase>: recovery`; for edge `<phase>: edge`. */
  readonly name: string;
  readonly phase: string;
  readonly kind: SegmentKind;
  /** Seconds from the start of the first phase, warm-up included. */
  readonly startS: number;
  readonly endS: number;
  /** For kind `edge`: the id of the segment whose calls it takes when they end after the fault started. It has no time of its own. */
  readonly edgeOf?: number;
  /** Indexes into `scenario.faults` of the faults active in it. */
  readonly faults: readonly number[];
}
