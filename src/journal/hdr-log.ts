import { build, HistogramLogWriter } from 'hdr-histogram-js';
import { AtomicFile } from './atomic-file.js';
import { HIGHEST_TRACKABLE_US, lowestEquivalent } from './hdr-index.js';
import type { JournalEntry } from './journal-entry.js';
import { LatencyHistogram } from './latency-histogram.js';
import type { StartEntry } from './start-entry.js';

/**
 * Lines that a log may have, about. Encoding one costs a quarter of a millisecond, and an hour with 20 tools second by second would have
 * 72,000; so intervals are made wider as the run gets longer. Histograms add: any reader that merges them gets the same percentiles.
 */
export const MAX_LINES = 1000;
const WIDTHS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];

/** Seconds of one interval, so that a log of that many tags over the planned time keeps to `MAX_LINES`. */
export function intervalWidthS(plannedS: number, tags: number): number {
  return WIDTHS_S.find((width) => tags * Math.ceil(plannedS / width) <= MAX_LINES) ?? (WIDTHS_S.at(-1) as number);
}

/**
 * Tag of a line: tool and segment, made fit for the format, where a comma ends the tag (the reader of hdr-histogram-js throws on one in a
 * tag) and other readers split at blanks.
 */
export function hdrTag(tool: string, segment: string): string {
  return `${fit(tool)}/${fit(segment)}`;
}

const fit = (name: string): string => name.replace(/[\s,=#"/\p{Cc}]+/gu, '_');

interface Interval {
  readonly fromS: number;
  readonly toS: number;
  readonly byTag: Map<string, LatencyHistogram>;
}

/**
 * Writes response times as an HdrHistogram interval log, format 1.3, for any HDR tool: values in microseconds, one tag for each tool and
 * segment, times from the start of the first phase. Holds answered successes alone: an unanswered call has no latency to log.
 * Entries come in the order of the journal; at most two intervals are held at a time.
 */
export class HdrLog {
  readonly #writer: HistogramLogWriter;
  readonly #segments: ReadonlyMap<number, string>;
  readonly #plannedS: number;
  readonly #tags = new Map<number, string>();
  /** What each tag stands for. */
  readonly #named = new Map<string, string>();
  #open: Interval[] = [];

  /** @param write takes the text of the log piece by piece */
  constructor(start: StartEntry, write: (text: string) => void) {
    this.#writer = new HistogramLogWriter(write);
    this.#segments = new Map(start.timeline.map(({ id, name }) => [id, name]));
    this.#plannedS = Math.max(0, ...start.timeline.map(({ endS }) => endS));
    this.#writer.outputLogFormatVersion();
    this.#writer.outputComment(`[Logged by plimsoll ${start.version}, run ${start.runId}]`);
    const epochS = Date.parse(start.startedAt) / 1000;
    this.#writer.outputComment(`[StartTime: ${epochS.toFixed(3)} (seconds since epoch), ${start.startedAt}]`);
    this.#writer.outputComment('[Response time in microseconds from the intended start; answered successes only]');
    this.#writer.outputLegend();
  }

  add(entry: JournalEntry): void {
    if (entry.type === 'cell') {
      this.#tags.set(entry.id, this.#tagOf(entry.tool, this.#segments.get(entry.segment) ?? String(entry.segment)));
      return;
    }
    if (entry.type !== 'second') return;
    const { byTag } = this.#intervalAt(entry.t);
    for (const { cell, response } of entry.cells) {
      const tag = this.#tags.get(cell);
      if (response === undefined || tag === undefined) continue;
      let histogram = byTag.get(tag);
      if (histogram === undefined) {
        histogram = new LatencyHistogram();
        byTag.set(tag, histogram);
      }
      histogram.addInterval(response);
    }
  }

  /** The tag of a tool in a segment. Names that become one in the format get a number, in the order in which they come. */
  #tagOf(tool: string, segment: string): string {
    const whole = JSON.stringify([tool, segment]);
    const plain = hdrTag(tool, segment);
    for (let number = 1; ; number++) {
      const tag = number === 1 ? plain : `${plain}~${number}`;
      const known = this.#named.get(tag);
      if (known === undefined) this.#named.set(tag, whole);
      if (known === undefined || known === whole) return tag;
    }
  }

  /** Writes what is still held. */
  end(): void {
    for (const interval of this.#open) this.#write(interval);
    this.#open = [];
  }

  #intervalAt(t: number): Interval {
    const known = this.#open.find(({ fromS, toS }) => fromS <= t && t < toS);
    if (known !== undefined) return known;
    const width = intervalWidthS(this.#plannedS, new Set(this.#tags.values()).size);
    const fromS = Math.max(t - (t % width), this.#open.at(-1)?.toS ?? 0);
    // A second that came after its interval was written gets a line of its own; readers add the two.
    const interval: Interval =
      fromS <= t ? { fromS, toS: t - (t % width) + width, byTag: new Map() } : { fromS: t, toS: t + 1, byTag: new Map() };
    this.#open.push(interval);
    // Load threads report a second at slightly different times: one finished interval is kept open for the slowest.
    while (this.#open.length > 2) this.#write(this.#open.shift() as Interval);
    return interval;
  }

  #write({ fromS, toS, byTag }: Interval): void {
    for (const [tag, histogram] of byTag) {
      const encoded = toHdrHistogram(histogram);
      encoded.tag = tag;
      this.#writer.outputIntervalHistogram(encoded, fromS, toS);
    }
  }
}

/** The same counts as a histogram of hdr-histogram-js; minimum and maximum are exact in it until it is encoded. */
function toHdrHistogram(histogram: LatencyHistogram) {
  const hdr = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_TRACKABLE_US,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });
  const { maxUs } = histogram;
  let last: readonly [index: number, count: number] | undefined;
  for (const bucket of histogram.buckets()) {
    if (last !== undefined) hdr.recordValueWithCount(lowestEquivalent(last[0]), last[1]);
    last = bucket;
  }
  if (last !== undefined && maxUs !== undefined) {
    if (last[1] > 1) hdr.recordValueWithCount(lowestEquivalent(last[0]), last[1] - 1);
    hdr.recordValue(Math.min(maxUs, HIGHEST_TRACKABLE_US));
  }
  return hdr;
}

/**
 * Hands entries on and writes them to an interval log on the way, so that one reading of a journal makes both figures and log. The file
 * appears when all entries were read. @throws what the file system says.
 */
export function* writeHdrLog(path: string, entries: Iterable<JournalEntry>): Generator<JournalEntry> {
  const file = new AtomicFile(path);
  let log: HdrLog | undefined;
  let read = false;
  try {
    for (const entry of entries) {
      if (entry.type === 'start') log ??= new HdrLog(entry, (text) => file.write(text));
      log?.add(entry);
      yield entry;
    }
    log?.end();
    read = true;
  } finally {
    if (read) file.commit();
    else file.abandon();
  }
}
