/** One series of a metrics page: its name with its labels, and its value. */
export interface PrometheusSample {
  /** Without blanks: `name{label="value"}`, and `{"name.with.dots",label="value"}` where the name is quoted. */
  readonly series: string;
  readonly name: string;
  readonly value: number;
}

/** A line that is neither a sample nor a comment. */
export interface PassedOverLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

export interface PrometheusPage {
  readonly samples: readonly PrometheusSample[];
  readonly passedOver: readonly PassedOverLine[];
}

const TEXT = '"(?:[^"\\\\]|\\\\.)*"';
const BLOCK = `\\{(?:[^"{}]|${TEXT})*\\}`;
const NUMBER = '[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?';
const VALUE = `${NUMBER}|[+-]?(?:[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)|[+-]?[nN][aA][nN]`;
const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const BLANKS = '[ \\t]+';

/** Name and labels, value, time, time of the start (`st@`), exemplar. Times are in milliseconds or, with a fraction, in seconds: not used. */
const LINE = new RegExp(
  `^[ \\t]*(?:(${NAME})(?:[ \\t]*(${BLOCK})[ \\t]*|${BLANKS})|(${BLOCK})[ \\t]*)(${VALUE})(?:${BLANKS}${NUMBER})?(?:${BLANKS}st@${NUMBER})?` +
    `(?:${BLANKS}#[ \\t]*${BLOCK}${BLANKS}(?:${VALUE})(?:${BLANKS}${NUMBER})?)*[ \\t]*$`,
);
const LABEL = new RegExp(`[ \\t]*(?:([a-zA-Z_][a-zA-Z0-9_]*|${TEXT})[ \\t]*=[ \\t]*)?(${TEXT})[ \\t]*(?:,|$)`, 'y');

/**
 * Reads a page in the Prometheus text format (0.0.4 and 1.0.0, with quoted names) or as OpenMetrics, exemplars included. Any other line is
 * passed over and told: a page of another's making must not stop a run. NaN has nothing to say and is left out.
 */
export function parsePrometheusPage(text: string): PrometheusPage {
  const samples: PrometheusSample[] = [];
  const passedOver: PassedOverLine[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const sample = /^[ \t]*(?:#|$)/.test(line) ? undefined : (sampleOf(line) ?? null);
    if (sample === null) passedOver.push({ line: index + 1, text: line });
    else if (sample !== undefined && !Number.isNaN(sample.value)) samples.push(sample);
  }
  return { samples, passedOver };
}

function sampleOf(line: string): PrometheusSample | undefined {
  const match = LINE.exec(line);
  if (match === null) return undefined;
  const [, bare, block, nameless, number = ''] = match;
  const labels = labelsOf(block ?? nameless);
  if (labels === undefined) return undefined;
  const { quotedName, pairs } = labels;
  // A name stands before the labels or, quoted, as the first of them: once.
  if ((bare === undefined) === (quotedName === undefined)) return undefined;
  const value = sampleValue(number);
  if (bare !== undefined) return { series: pairs.length === 0 ? bare : `${bare}{${pairs.join(',')}}`, name: bare, value };
  const quoted = quotedName ?? '';
  const name = quoted.slice(1, -1).replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  return { series: `{${[quoted, ...pairs].join(',')}}`, name, value };
}

function labelsOf(block = '{}'): { readonly quotedName?: string; readonly pairs: readonly string[] } | undefined {
  const inner = block.slice(1, -1).trim();
  let quotedName: string | undefined;
  const pairs: string[] = [];
  for (LABEL.lastIndex = 0; LABEL.lastIndex < inner.length; ) {
    const first = LABEL.lastIndex === 0;
    const match = LABEL.exec(inner);
    if (match === null) return undefined;
    const [, label, value = ''] = match;
    if (label !== undefined) pairs.push(`${label}=${value}`);
    else if (first) quotedName = value;
    else return undefined;
  }
  return { ...(quotedName === undefined ? {} : { quotedName }), pairs };
}

function sampleValue(number: string): number {
  if (/^[+-]?nan$/i.test(number)) return Number.NaN;
  if (/inf/i.test(number)) return number.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(number);
}

/** Lines that a sentence names. */
const NAMED = 3;
const SHOWN = 80;

/** What was passed over on a page, in words; undefined where everything on it was understood. */
export function passedOverText({ passedOver }: PrometheusPage): string | undefined {
  if (passedOver.length === 0) return undefined;
  // As JSON: control characters of the page stay out of the sentence.
  const shown = (text: string): string => JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text);
  const named = passedOver.slice(0, NAMED).map(({ line, text }) => `line ${line} ${shown(text)}`);
  const more = passedOver.length > NAMED ? `, and ${passedOver.length - NAMED} more` : '';
  return `${passedOver.length} ${passedOver.length === 1 ? 'line is' : 'lines are'} neither sample nor comment: ${named.join(', ')}${more}`;
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
