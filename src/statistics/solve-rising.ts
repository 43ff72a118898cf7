/** The x >= 0 at which a rising function reaches a value, by doubling and bisection to the last digits of a float. */
export function solveRising(rising: (x: number) => number, value: number): number {
  let high = 1;
  while (rising(high) < value && high < 1e300) high *= 2;
  let low = 0;
  for (let i = 0; i < 200 && high - low > 1e-15 * high; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
