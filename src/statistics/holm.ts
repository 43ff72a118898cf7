/**
 * Which of several hypotheses are rejected so that the chance of any false rejection stays at `alpha` (Holm's step-down procedure; Holm 1979,
 * Scandinavian Journal of Statistics 6): the smallest p is held against alpha / m, the next against alpha / (m - 1), until one does not reach it.
 * @param pValues one a hypothesis
 * @returns for each hypothesis, in the order given, whether it is rejected
 */
export function holm(pValues: readonly number[], alpha: number): readonly boolean[] {
  const rejected = pValues.map(() => false);
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
  for (const [step, index] of order.entries()) {
    if ((pValues[index] as number) > alpha / (pValues.length - step)) break;
    rejected[index] = true;
  }
  return rejected;
}
