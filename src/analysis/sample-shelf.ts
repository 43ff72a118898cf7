import type { SampleEntry } from '../journal/journal-entry.js';
import type { Exemplar } from '../result/exemplar.js';
import type { OutcomeClass } from '../scenario/outcome.js';

/** Exemplars kept in a result: evidence, not a log. */
const MAX_EXEMPLARS = 60;
const MAX_SLOW = 20;
const PER_CLASS_TOOL_AND_SEGMENT = 3;

/**
 * Keeps the samples worth showing out of any number of them: the first few failures of each class and tool in each segment, and the slowest calls
 * but those of the warm-up, which is slow by nature and would crowd out the rest.
 */
export class SampleShelf {
  readonly #isWarmUp: (segment: number) => boolean;
  readonly #errors: SampleEntry[] = [];
  readonly #taken = new Map<string, number>();
  readonly #texts = new Map<string, string>();
  #slow: SampleEntry[] = [];

  constructor(isWarmUp: (segment: number) => boolean) {
    this.#isWarmUp = isWarmUp;
  }

  add(sample: SampleEntry): void {
    if (sample.kind === 'slow') {
      if (this.#isWarmUp(sample.segment)) return;
      this.#slow.push(sample);
      // Thinned out now and then rather than kept sorted: adding stays cheap, and what is held stays small.
      if (this.#slow.length >= 50 * MAX_SLOW) this.#slow = slowest(this.#slow);
      return;
    }
    const key = keyOf(sample.class, sample.tool, sample.segment, sample.retried === true);
    if (sample.text !== undefined && sample.text !== '') {
      if (!this.#texts.has(key)) this.#texts.set(key, sample.text);
    }
    const taken = this.#taken.get(key) ?? 0;
    if (taken === PER_CLASS_TOOL_AND_SEGMENT) return;
    this.#taken.set(key, taken + 1);
    this.#errors.push(sample);
  }

  /** First words kept of a class of error of one tool in one segment. */
  textOf(name: OutcomeClass, tool: string, segment: number, retried = false): string | undefined {
    return this.#texts.get(keyOf(name, tool, segment, retried));
  }

  /** Failures in the order in which they came, then the slowest calls. */
  exemplars(segmentName: (id: number) => string): readonly Exemplar[] {
    const slow = slowest(this.#slow);
    return [...this.#errors.slice(0, MAX_EXEMPLARS - slow.length), ...slow].map(({ type: _, t, segment, ...rest }) => ({
      ...rest,
      segment: segmentName(segment),
      atS: t,
    }));
  }
}

const keyOf = (name: OutcomeClass, tool: string, segment: number, retried: boolean): string =>
  `${segment} ${name}${retried ? ' retried' : ''} ${tool}`;

const slowest = (samples: readonly SampleEntry[]): SampleEntry[] =>
  [...samples].sort((a, b) => (b.responseUs ?? 0) - (a.responseUs ?? 0)).slice(0, MAX_SLOW);
