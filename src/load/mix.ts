import { STREAM, uniformAt } from './random.js';

/** Chooses one of several things by weight, the same one for the same arrival whoever asks. */
export class Mix {
  readonly #seed: number;
  readonly #upTo: readonly number[];

  /** @param weights at least one, all above 0. */
  constructor(weights: readonly number[], seed: number) {
    let sum = 0;
    const upTo = weights.map((weight) => {
      sum += weight;
      return sum;
    });
    this.#seed = seed;
    this.#upTo = upTo.map((value) => value / sum);
  }

  /** Index of the thing that this arrival does. */
  choose(arrival: number): number {
    if (this.#upTo.length === 1) return 0;
    const chance = uniformAt(this.#seed, STREAM.mix, arrival);
    let index = 0;
    while (index < this.#upTo.length - 1 && chance >= (this.#upTo[index] as number)) index += 1;
    return index;
  }
}
