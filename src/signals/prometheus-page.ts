/** One series of a Prometheus page: its name with its labels as they stand, and its value. */
export interface PrometheusSample {
  readonly series: string;
  readonly name: string;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?[ \t]+([^ \t]+)(?:[ \t]+-?[0-9]+)?[ \t]*$/;

/**
 * Reads the Prometheus text exposition format (0.0.4; OpenMetrics lines read the same). Lines that are no sample are passed over:
 * a page of another's making must not stop a run. NaN has nothing to say and is left out.
 */
export function parsePrometheusPage(text: string): readonly PrometheusSample[] {
  return text.split(/\r?\n/).flatMap((line): PrometheusSample[] => {
    if (line === '' || line.startsWith('#')) return [];
    const match = LINE.exec(line);
    if (match === null) return [];
    const [, name = '', labels = '', number = ''] = match;
    const value =
      number === '+Inf' || number === 'Inf'
        ? Number.POSITIVE_INFINITY
        : number === '-Inf'
          ? Number.NEGATIVE_INFINITY
          : Number(number);
    return Number.isNaN(value) ? [] : [{ series: `${name}${labels}`, name, value }];
  });
}

/** Series kept of a page: more would swell journal and report. */
export const MAX_SERIES = 40;

const RANKS: readonly RegExp[] = [
  /^mcp_/,
  /^process_(cpu_seconds_total|resident_memory_bytes|open_fds)$/,
  /^nodejs_eventloop/,
  /pool|queue|connections|in_flight|inflight/,
];

/**
 * The series worth keeping, `mcp_*` first, then the process's own, the event loop's, and those of pools and queues. Buckets of histograms
 * are left out: their sum and count say as much over time. Pure.
 * @returns kept series in rank order, and those that count but were left out
 */
export function chooseSeries(samples: readonly PrometheusSample[]): {
  readonly kept: readonly string[];
  readonly leftOut: readonly string[];
} {
  const ranked = samples
    .filter(({ name }) => !name.endsWith('_bucket'))
    .map(({ series, name }) => ({ series, rank: RANKS.findIndex((pattern) => pattern.test(name)) }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => a.rank - b.rank);
  const names = ranked.map(({ series }) => series);
  return { kept: names.slice(0, MAX_SERIES), leftOut: names.slice(MAX_SERIES) };
}
