type Matrix = readonly (readonly number[])[];

/** Solves A x = b for a small symmetric positive definite matrix, by Gaussian elimination with pivoting. Undefined when it is singular. */
export function solve(matrix: Matrix, right: readonly number[]): number[] | undefined {
  const n = right.length;
  const rows = matrix.map((row, i) => [...row, right[i] as number]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const head = rows[column]!;
    if (!(Math.abs(head[column]!) > 0)) return undefined;
    for (let row = column + 1; row < n; row++) {
      const factor = rows[row]![column]! / head[column]!;
      for (let k = column; k <= n; k++) rows[row]![k]! -= factor * head[k]!;
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let row = n - 1; row >= 0; row--) {
    let rest = rows[row]![n]!;
    for (let k = row + 1; k < n; k++) rest -= rows[row]![k]! * x[k]!;
    x[row] = rest / rows[row]![row]!;
  }
  return x.every(Number.isFinite) ? x : undefined;
}

/** Inverse of a small matrix after scaling its diagonal to 1, so that parameters of very different size do no harm. Undefined when singular. */
export function invert(matrix: Matrix): number[][] | undefined {
  const scale = matrix.map((row, i) => 1 / Math.sqrt(row[i] as number));
  if (!scale.every(Number.isFinite)) return undefined;
  const scaled = matrix.map((row, i) => row.map((value, j) => value * scale[i]! * scale[j]!));
  const columns = matrix.map((_, i) =>
    solve(
      scaled,
      matrix.map((__, j) => (i === j ? 1 : 0)),
    ),
  );
  if (columns.some((column) => column === undefined)) return undefined;
  return matrix.map((_, i) => matrix.map((__, j) => columns[j]![i]! * scale[i]! * scale[j]!));
}
