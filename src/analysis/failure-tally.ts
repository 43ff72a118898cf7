import { addAnswer, type FailedAttempts, type FailuresByClass, OTHER_ANSWERS } from '../journal/failure-entry.js';
import { LatencyHistogram } from '../journal/latency-histogram.js';
import type { AnswerFigure } from '../result/call-figures.js';
import { OUTCOMES, type OutcomeClass } from '../scenario/outcome.js';
import { DefaultMap } from './default-map.js';

/** Answers of one class that a result names; the rest is one figure. */
const MOST_SHOWN = 8;

/** Failed attempts of one class added up: how long they took, and what was answered. */
export class ClassFailures {
  readonly took = new LatencyHistogram();
  readonly #answers = new Map<string, number>();

  get count(): number {
    return this.took.count;
  }

  addSecond({ took, answers = {} }: FailedAttempts): void {
    this.took.addInterval(took);
    for (const [key, count] of Object.entries(answers)) {
      if (typeof count !== 'number') throw new TypeError(`answers are counted, and ${JSON.stringify(count)} is not a number`);
      addAnswer(this.#answers, key, count);
    }
  }

  add(other: ClassFailures): void {
    this.took.add(other.took);
    for (const [key, count] of other.#answers) addAnswer(this.#answers, key, count);
  }

  /** Most frequent first; one without status and code stands for all others. */
  answers(): readonly AnswerFigure[] {
    const named = [...this.#answers].filter(([key]) => key !== OTHER_ANSWERS).sort((a, b) => b[1] - a[1]);
    const rest = named.slice(MOST_SHOWN).reduce((sum, [, count]) => sum + count, this.#answers.get(OTHER_ANSWERS) ?? 0);
    const shown = named.slice(0, MOST_SHOWN).map(([key, count]): AnswerFigure => {
      const [status = '', rpcCode = ''] = key.split('/');
      return {
        ...(status === '' ? {} : { status: Number(status) }),
        ...(rpcCode === '' ? {} : { rpcCode: Number(rpcCode) }),
        count,
      };
    });
    return rest === 0 ? shown : [...shown, { count: rest }];
  }

  toSecond(): FailedAttempts | undefined {
    const took = this.took.toInterval();
    if (took === undefined) return undefined;
    return { took, ...(this.#answers.size === 0 ? {} : { answers: Object.fromEntries(this.#answers) }) };
  }
}

/** Failed attempts by class. Adding is exact and in any order. */
export class FailureTally {
  readonly #classes = new DefaultMap<OutcomeClass, ClassFailures>(() => new ClassFailures());

  /** @throws TypeError or RangeError when it holds what no run can have written. */
  addSecond(failures: FailuresByClass): void {
    for (const [name, attempts] of Object.entries(failures)) {
      if (OUTCOMES[name as OutcomeClass] === undefined) throw new TypeError(`${JSON.stringify(name)} is not an outcome class`);
      this.#classes.of(name as OutcomeClass).addSecond(attempts);
    }
  }

  add(other: FailureTally): void {
    for (const [name, failures] of other.#classes) this.#classes.of(name).add(failures);
  }

  of(name: OutcomeClass): ClassFailures | undefined {
    return this.#classes.get(name);
  }

  classes(): readonly (readonly [OutcomeClass, ClassFailures])[] {
    return [...this.#classes];
  }

  /** As a second of a journal; undefined when nothing failed. */
  toSecond(): FailuresByClass | undefined {
    const classes = [...this.#classes].flatMap(([name, failures]) => {
      const second = failures.toSecond();
      return second === undefined ? [] : [[name, second] as const];
    });
    return classes.length === 0 ? undefined : Object.fromEntries(classes);
  }
}
